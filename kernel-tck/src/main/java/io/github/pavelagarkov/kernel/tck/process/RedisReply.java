package io.github.pavelagarkov.kernel.tck.process;

import java.util.List;

/**
 * What Redis answered.
 *
 * @param kind of the answer
 * @param text of a text, a number in decimal, or an error; empty for nothing and for a list
 * @param items of a list; else empty
 */
public record RedisReply(Kind kind, String text, List<RedisReply> items) {
    /** The kinds of answers. */
    public enum Kind {
        /** A simple or bulk string. */
        TEXT,
        /** A number. */
        NUMBER,
        /** No value. */
        NOTHING,
        /** Several answers. */
        LIST,
        /** A refusal, such as {@code NOAUTH …}. */
        ERROR
    }

    /** Copies the items. */
    public RedisReply {
        items = List.copyOf(items);
    }

    static RedisReply of(Kind kind, String text) {
        return new RedisReply(kind, text, List.of());
    }

    /** {@return the items of a list as texts} */
    public List<String> texts() {
        return items.stream().map(RedisReply::text).toList();
    }
}
