package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The id that joins all lines about one request, whichever thread, process or protocol they come from. On a thread it lives
 * in slf4j's MDC, under {@link #KEY}.
 *
 * <p>An id from outside is taken only as it stands and only if it matches {@code [A-Za-z0-9._-]{1,128}}: nothing else may
 * come into a log line, a header or a comment by way of it. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md HT-1</a>
 */
public final class CorrelationId {
    /** The name of the id in the log context, the same in HTTP, gRPC and jobs. */
    public static final String KEY = "correlation_id";

    private static final int LONGEST = 128;
    private static final boolean[] ALLOWED = allowed();

    // 20 characters of 5 bits. Secure, so that nobody who has seen one id can tell the next and forge lines about it.
    private static final int LENGTH = 20;
    private static final int RANDOM_BYTES = (LENGTH * 5 + 7) / 8;
    private static final byte[] ALPHABET = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.ISO_8859_1);
    private static final Stock STOCK = new Stock();

    private CorrelationId() {}

    /**
     * {@return whether an id from outside can be used as it is}
     *
     * @param given an id from outside, absent or hostile
     */
    public static boolean isValid(@Nullable String given) {
        // By hand: this is asked for every request, and a hostile header may be long.
        if (given == null || given.isEmpty() || given.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < given.length(); i++) {
            if (!isAllowed(given.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return c < ALLOWED.length && ALLOWED[c];
    }

    private static boolean[] allowed() {
        boolean[] allowed = new boolean[128];
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
                .chars()
                .forEach(c -> allowed[c] = true);
        return allowed;
    }

    /** {@return a new id that nobody can guess} */
    public static String generate() {
        byte[] random = new byte[RANDOM_BYTES];
        STOCK.take(random);
        byte[] id = new byte[LENGTH];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < LENGTH; i++) {
            if (held < 5) {
                bits = (bits << 8) | (random[next++] & 0xff);
                held += 8;
            }
            held -= 5;
            id[i] = ALPHABET[(bits >> held) & 31];
        }
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    /**
     * {@return the id from outside if it is valid, else a new one}
     *
     * @param given an id from outside, absent or hostile
     */
    public static String acceptOrGenerate(@Nullable String given) {
        return given != null && isValid(given) ? given : generate();
    }

    /** {@return the id of the calling thread; empty if it has none, or slf4j has no MDC here} */
    public static Optional<String> current() {
        return Optional.ofNullable(MDC.get(KEY));
    }

    /**
     * Puts an id on the calling thread.
     *
     * @param id a valid id
     * @return puts back what the thread had before
     * @throws IllegalArgumentException if the id is not valid; does not say the id, which may be hostile
     */
    public static Scope open(String id) {
        check(id);
        String before = MDC.get(KEY);
        MDC.put(KEY, id);
        return new Scope(before);
    }

    static void check(String id) {
        if (!isValid(Check.notNull("correlation id", id))) {
            throw new IllegalArgumentException(
                    "correlation id must match [A-Za-z0-9._-]{1,128}, was a text of " + id.length() + " characters");
        }
    }

    /** Random bytes in stock: to ask for a few each time costs more than all the rest of an id. Thread-safe, without a lock but for a new batch. */
    private static final class Stock {
        private static final int IDS = 100;

        private final SecureRandom random = new SecureRandom();
        private volatile Batch batch = new Batch(new byte[0]);

        void take(byte[] into) {
            Batch from = batch;
            while (!from.take(into)) {
                // Whoever comes at the same time makes one too: some bytes are thrown away, none is given out twice.
                byte[] bytes = new byte[IDS * RANDOM_BYTES];
                random.nextBytes(bytes);
                from = new Batch(bytes);
                batch = from;
            }
        }
    }

    private static final class Batch {
        private final byte[] bytes;
        private final AtomicInteger taken = new AtomicInteger();

        Batch(byte[] bytes) {
            this.bytes = bytes;
        }

        /** {@return whether there was enough} */
        boolean take(byte[] into) {
            int at = taken.getAndAdd(into.length);
            if (at > bytes.length - into.length) {
                return false;
            }
            System.arraycopy(bytes, at, into, 0, into.length);
            return true;
        }
    }

    /** Puts a thread's id back. Not thread-safe: closed once, on the thread that opened it. */
    public static final class Scope implements AutoCloseable {
        private final @Nullable String before;

        private Scope(@Nullable String before) {
            this.before = before;
        }

        /** Puts back the id that the thread had before, or none. */
        @Override
        public void close() {
            if (before == null) {
                MDC.remove(KEY);
            } else {
                MDC.put(KEY, before);
            }
        }
    }
}
