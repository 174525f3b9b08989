package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;

/**
 * The durations of a lease, checked against each other.
 *
 * <p>The store keeps a lease for {@code lease}. The holder trusts it for {@code lease - margin}, counted from before it
 * sent the request; the margin is the time its work has to stop before the store may give the lease to another.
 *
 * @param lease how long the store keeps the lease without renewal [15 s]
 * @param margin how much earlier the holder stops trusting it [5 s]
 * @param renew time between two renewals [3 s]
 * @param jitter share by which each renewal is moved earlier or later, 0 to 0.5 [0.1]
 * @param attempt how long one call to the store may take [1 s]
 * @param pause time between a failed call and the next [200 ms]
 * @param pollMax longest time between two looks of a candidate, if every notification is lost [5 s]
 * @param forcedStop the part of the margin that work has to stop in [4 s]
 * @see <a href="SPEC.md">SPEC.md LE-16</a>
 */
public record LeaseTiming(
        Duration lease,
        Duration margin,
        Duration renew,
        double jitter,
        Duration attempt,
        Duration pause,
        Duration pollMax,
        Duration forcedStop) {
    private static final Duration TIMER_LATENESS = Duration.ofMillis(100);
    private static final LeaseTiming DEFAULTS = new LeaseTiming(
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            0.1,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(4));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range or two of them contradict each other; names both
     */
    public LeaseTiming {
        Check.atLeast("lease", lease, Duration.ofMillis(1));
        Check.positive("margin", margin);
        Check.positive("renew", renew);
        Check.positive("attempt", attempt);
        Check.notNegative("pause", pause);
        Check.positive("pollMax", pollMax);
        Check.positive("forcedStop", forcedStop);
        if (!(jitter >= 0 && jitter <= 0.5)) {
            throw new IllegalArgumentException("jitter must be between 0 and 0.5, was " + jitter);
        }
        if (margin.compareTo(lease) >= 0) {
            throw new IllegalArgumentException("margin must be less than lease " + lease + ", was " + margin);
        }
        if (attempt.multipliedBy(2).compareTo(renew) > 0) {
            throw new IllegalArgumentException("attempt must be at most half of renew " + renew + ", was " + attempt);
        }
        Duration needed = lease.dividedBy(100).plus(TIMER_LATENESS).plus(forcedStop);
        if (margin.compareTo(needed) < 0) {
            throw new IllegalArgumentException("margin must be at least 1 % of lease " + lease + " + " + TIMER_LATENESS
                    + " + forcedStop " + forcedStop + " = " + needed + ", was " + margin);
        }
        Duration slowest = scaled(renew, 1 + jitter).plus(attempt.plus(pause).multipliedBy(2));
        Duration trusted = lease.minus(margin);
        if (slowest.compareTo(trusted) > 0) {
            throw new IllegalArgumentException("renew " + renew + " with jitter " + jitter + " and two attempts of "
                    + attempt + " with pause " + pause + " take " + slowest + ", must be at most lease - margin = "
                    + lease + " - " + margin + " = " + trusted);
        }
    }

    private static Duration scaled(Duration value, double factor) {
        return Duration.ofNanos((long) (value.toNanos() * factor));
    }

    /** {@return the values in brackets above} */
    public static LeaseTiming defaults() {
        return DEFAULTS;
    }

    /**
     * Derives every duration from the lease in the proportions of the defaults, for a shorter or longer fail-over.
     *
     * @param lease how long the store keeps a lease without renewal; at least 500 ms
     * @return margin a third, renewal a fifth, attempts a fifteenth of it, and the work gets what the margin leaves
     * @throws IllegalArgumentException if the lease is too short to keep a margin
     */
    public static LeaseTiming ofLease(Duration lease) {
        Check.atLeast("lease", lease, Duration.ofMillis(500));
        Duration margin = lease.dividedBy(3);
        return new LeaseTiming(
                lease,
                margin,
                lease.dividedBy(5),
                0.1,
                lease.dividedBy(15),
                lease.dividedBy(75),
                lease.dividedBy(3),
                margin.minus(lease.dividedBy(100)).minus(TIMER_LATENESS));
    }
}
