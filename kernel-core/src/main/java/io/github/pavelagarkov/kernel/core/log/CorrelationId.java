package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import java.security.SecureRandom;
import java.util.Optional;
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
    private static final char[] ALPHABET = "0123456789abcdefghijklmnopqrstuv".toCharArray();
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
        byte[] random = new byte[LENGTH];
        STOCK.take(random);
        char[] id = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            id[i] = ALPHABET[random[i] & 31];
        }
        return new String(id);
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

    /** Random bytes in stock: to ask for a few each time costs more than all the rest of an id. Thread-safe. */
    private static final class Stock {
        private final SecureRandom random = new SecureRandom();
        private final Object lock = new Object();
        private final byte[] bytes = new byte[100 * LENGTH];
        /** INVARIANT: guarded by lock. */
        private int taken = bytes.length;

        void take(byte[] into) {
            synchronized (lock) {
                if (bytes.length - taken < into.length) {
                    random.nextBytes(bytes);
                    taken = 0;
                }
                System.arraycopy(bytes, taken, into, 0, into.length);
                taken += into.length;
            }
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
