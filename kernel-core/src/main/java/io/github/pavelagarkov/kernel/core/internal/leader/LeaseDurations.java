package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The timing of a lease in nanoseconds, and the points of time that follow from it.
 *
 * @param trust how long the holder trusts a lease, from before it asked
 * @param trustMillis the same by the wall clock
 * @param margin from there until the store forgets it
 * @param renew time between two renewals
 * @param jitter share by which each renewal is moved
 * @param attempt how long one call may take
 * @param pause time between a failed call and the next; positive
 * @param pollMax longest time between two looks of a candidate
 */
record LeaseDurations(
        long trust, long trustMillis, long margin, long renew, double jitter, long attempt, long pause, long pollMax) {
    /** A lease that expires at its remaining time is free a moment later: servers count in milliseconds. */
    private static final long EXPIRY_SLACK = Duration.ofMillis(2).toNanos();

    static LeaseDurations of(LeaseTiming timing) {
        Duration trust = timing.lease().minus(timing.margin());
        return new LeaseDurations(
                Deadlines.nanos(trust),
                trust.toMillis(),
                Deadlines.nanos(timing.margin()),
                Deadlines.nanos(timing.renew()),
                timing.jitter(),
                Deadlines.nanos(timing.attempt()),
                Math.max(1, Deadlines.nanos(timing.pause())),
                Deadlines.nanos(timing.pollMax()));
    }

    /** {@return how long the store keeps a lease that nobody renews} */
    long lease() {
        return trust + margin;
    }

    /** {@return what a holder may believe of a lease it asked for at a point of both clocks} */
    LeaseView view(Term term, long sentNanos, long sentWall) {
        return new LeaseView(term, sentNanos + trust, sentWall + trustMillis);
    }

    /** {@return when to renew a lease that was asked for at a point of time} */
    long renewAt(long now, long sent, RandomGenerator random) {
        long due = sent + (long) (renew * (1 + jitter * (random.nextDouble() * 2 - 1)));
        return alignedDown(now, due, renew);
    }

    /** {@return when a candidate looks again at a lease that another holds} */
    long lookAt(long now, Duration remaining) {
        long expiry = Deadlines.nanos(remaining) + EXPIRY_SLACK;
        return expiry < pollMax ? now + expiry : alignedDown(now, now + pollMax, pollMax);
    }

    /**
     * Rounds a point down to a grid of a fiftieth of the period, so that thousands of elections share one round trip.
     */
    private static long alignedDown(long now, long due, long period) {
        long aligned = due - Math.floorMod(due, Math.max(1, period / 50));
        return aligned - now > 0 ? aligned : due;
    }

    static long earlier(long a, long b) {
        return b - a < 0 ? b : a;
    }

    static long later(long a, long b) {
        return b - a > 0 ? b : a;
    }
}
