package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import java.util.random.RandomGenerator;

/** Knows how long an election holds back: from asking a store that fails, and from competing at all. Not thread-safe. */
final class LeaseBackOff {
    private final ElectionSpec spec;
    private final RandomGenerator random;
    private final long firstPause;
    private final long longestPause;

    private long pause;
    private int failedStarts;
    private boolean holding;
    private long holdUntil;

    LeaseBackOff(ElectionSpec spec, LeaseDurations durations, RandomGenerator random) {
        this.spec = spec;
        this.random = random;
        this.firstPause = durations.pause();
        this.longestPause = Math.max(durations.pause(), durations.pollMax());
        this.pause = firstPause;
    }

    /** {@return how long a candidate waits after a failed attempt; longer each time} */
    long afterFailedAttempt() {
        long wait = jittered(pause);
        pause = Math.min(pause * 2, longestPause);
        return wait;
    }

    void attemptSucceeded() {
        pause = firstPause;
    }

    void startSucceeded() {
        failedStarts = 0;
    }

    void startFailed() {
        failedStarts++;
    }

    /** {@return how long not to compete after a failed start} */
    long afterFailedStart() {
        long first = Deadlines.nanos(spec.backOff());
        long longest = Deadlines.nanos(spec.backOffMax());
        int doublings = Math.min(failedStarts - 1, 40);
        return jittered(longest >> doublings < first ? longest : first << doublings);
    }

    /** Does not compete for a while; the longer of two reasons wins. */
    void holdBack(long now, long nanos) {
        holdUntil = isHolding(now) ? LeaseDurations.later(holdUntil, now + nanos) : now + nanos;
        holding = true;
    }

    boolean isHolding(long now) {
        return holding && now - holdUntil < 0;
    }

    /** {@return a point of time, or the end of the hold-back if that is later} */
    long notBefore(long now, long at) {
        return isHolding(now) ? LeaseDurations.later(at, holdUntil) : at;
    }

    private long jittered(long nanos) {
        return nanos + (long) (nanos * spec.timing().jitter() * random.nextDouble());
    }
}
