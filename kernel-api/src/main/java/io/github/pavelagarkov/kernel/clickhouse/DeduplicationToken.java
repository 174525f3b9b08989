package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.TemporalAccessor;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The name of one batch of rows, by which the server knows that it has it already.
 *
 * <p>The server keeps the tokens of the last inserts into a table: by itself for replicated tables, for others only with {@code
 * non_replicated_deduplication_window}. It does not compare rows: another batch under the same token is dropped without a word.
 * So take {@link #ofContent}, or give every batch a name of its own. The batch must be one block: at most {@link #MAX_ROWS} rows,
 * all of one partition.
 *
 * @param text 1 to 200 of {@code [A-Za-z0-9._:-]}
 */
public record DeduplicationToken(String text) {
    /** How many rows the server takes as one block unless {@code max_insert_block_size} says otherwise. */
    public static final int MAX_ROWS = 1_048_449;

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if it is missing or written otherwise
     */
    public DeduplicationToken {
        if (!Check.notNull("deduplication token", text).matches("[A-Za-z0-9._:-]{1,200}")) {
            throw new IllegalArgumentException(
                    "deduplication token must be 1 to 200 of [A-Za-z0-9._:-], was '" + Check.printable(text) + "'");
        }
    }

    /**
     * {@return the token of these very rows in this order: the same rows have the same token, in every process}
     *
     * @param table where they go
     * @param rows texts, numbers, booleans, {@code java.time}, UUIDs, enums, byte arrays, nulls and lists of these
     * @throws IllegalArgumentException if a value is of another class, since its text may differ from run to run
     */
    public static DeduplicationToken ofContent(String table, Iterable<? extends List<?>> rows) {
        Digest digest = new Digest();
        digest.add(Check.notNull("table", table));
        Check.notNull("rows", rows).forEach(digest::add);
        return new DeduplicationToken(digest.end());
    }

    /** {@return what stands behind {@code INSERT INTO table … SETTINGS}} */
    public String setting() {
        // An insert that is collected with others is no block of its own.
        return "insert_deduplicate = 1, async_insert = 0, insert_deduplication_token = '" + text + "'";
    }

    @Override
    public String toString() {
        return text;
    }

    /** Hashes values so that no two lists of values run into one. */
    private static final class Digest {
        private final MessageDigest sha;

        Digest() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        void add(Object value) {
            if (value instanceof List<?> list) {
                add("list", Integer.toString(list.size()));
                list.forEach(this::add);
            } else if (value == null) {
                add("null", "");
            } else if (value instanceof byte[] bytes) {
                add("bytes", HexFormat.of().formatHex(bytes));
            } else if (value instanceof Enum<?> constant) {
                add(constant.getDeclaringClass().getName(), constant.name());
            } else if (isPlain(value)) {
                add(value instanceof CharSequence ? "text" : value.getClass().getName(), value.toString());
            } else {
                throw new IllegalArgumentException("rows must hold texts, numbers, booleans, java.time, UUIDs, enums,"
                        + " byte arrays, nulls and lists of these, one holds "
                        + value.getClass().getName());
            }
        }

        private static boolean isPlain(Object value) {
            return value instanceof CharSequence
                    || value instanceof Boolean
                    || value instanceof Character
                    || value instanceof UUID
                    || value instanceof BigDecimal
                    || value instanceof BigInteger
                    || (value instanceof Number && value.getClass().getName().startsWith("java.lang."))
                    || (value instanceof TemporalAccessor
                            && value.getClass().getName().startsWith("java.time."));
        }

        private void add(String kind, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha.update((kind + ':' + bytes.length + ':').getBytes(StandardCharsets.UTF_8));
            sha.update(bytes);
        }

        String end() {
            return HexFormat.of().formatHex(sha.digest());
        }
    }
}
