package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;

/**
 * What readers need to know whether this process leads. Immutable; a renewal publishes a new one.
 *
 * @param term the term
 * @param untilNanos the lease holds before this point of the monotonic clock
 * @param untilWallMillis and before this point of the wall clock, which goes on while the host is suspended
 */
record LeaseView(Term term, long untilNanos, long untilWallMillis) {
    boolean holds(KernelClock clock) {
        return holds(clock.nanoTime(), clock.wallMillis());
    }

    boolean holds(long nowNanos, long wallMillis) {
        return nowNanos - untilNanos < 0 && wallMillis < untilWallMillis;
    }
}
