package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;

/**
 * How often a call may be tried, and for how long.
 *
 * <pre>{@code
 * pool.execute(CallSpec.read().withDeadline(Duration.ofSeconds(5)), connection -> …);
 * }</pre>
 *
 * @param kind whether it may be done twice
 * @param attempts how often it is tried at most; 1 to 100 [3]
 * @param deadline how long all attempts and the pauses between them may take; positive [30 s]; waiting for a connection has an
 *     end of its own, the pool's {@code acquireTimeout}, and nothing is sent after the deadline
 * @see <a href="SPEC.md">SPEC.md CH-5</a>
 */
public record CallSpec(Kind kind, int attempts, Duration deadline) {
    private static final int ATTEMPTS = 3;
    private static final int MOST_ATTEMPTS = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Whether a call may be done twice. */
    public enum Kind {
        /** It changes nothing: always. */
        READ,
        /** Only if the failed attempt has certainly changed nothing. */
        WRITE,
        /**
         * Twice is the same as once, as with {@link DeduplicationToken}: always. A part that a failed attempt has left is not
         * undone, so the work must be whole in one block.
         */
        IDEMPOTENT_WRITE
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is missing or out of range
     */
    public CallSpec {
        Check.notNull("kind", kind);
        Check.range("attempts", attempts, 1, MOST_ATTEMPTS);
        Check.positive("deadline", deadline);
    }

    /** {@return for what changes nothing} */
    public static CallSpec read() {
        return new CallSpec(Kind.READ, ATTEMPTS, DEADLINE);
    }

    /** {@return for what must not be done twice} */
    public static CallSpec write() {
        return new CallSpec(Kind.WRITE, ATTEMPTS, DEADLINE);
    }

    /** {@return for what may be done twice} */
    public static CallSpec idempotentWrite() {
        return new CallSpec(Kind.IDEMPOTENT_WRITE, ATTEMPTS, DEADLINE);
    }

    /**
     * {@return the same with another number of attempts}
     *
     * @param most 1 to 100
     */
    public CallSpec withAttempts(int most) {
        return new CallSpec(kind, most, deadline);
    }

    /**
     * {@return the same with another deadline}
     *
     * @param atMost positive
     */
    public CallSpec withDeadline(Duration atMost) {
        return new CallSpec(kind, attempts, atMost);
    }

    /**
     * {@return whether a failed attempt may be followed by another}
     *
     * @param verdict on the failure
     */
    public boolean allows(Verdict verdict) {
        return kind != Kind.WRITE || verdict.applied() == Verdict.Applied.NO;
    }
}
