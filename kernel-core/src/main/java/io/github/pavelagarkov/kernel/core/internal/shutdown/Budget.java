package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;

/**
 * Counts the time spent in the steps of a shutdown and stands still between them. Points of it are nanoseconds since the
 * shutdown began. Thread-safe.
 */
final class Budget {
    private static final long MOST_RESERVE = Duration.ofSeconds(2).toNanos();

    private final KernelClock clock;
    private final long total;
    private final long reserve;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as the two below. */
    private long spent;

    private long since;
    private boolean counting;

    Budget(KernelClock clock, Duration total) {
        this.clock = clock;
        this.total = Deadlines.nanos(total);
        this.reserve = Math.min(MOST_RESERVE, this.total / 10);
    }

    void resume() {
        synchronized (lock) {
            since = clock.nanoTime();
            counting = true;
        }
    }

    void pause() {
        synchronized (lock) {
            spent = elapsed();
            counting = false;
        }
    }

    long elapsed() {
        synchronized (lock) {
            return counting ? spent + clock.nanoTime() - since : spent;
        }
    }

    long total() {
        return total;
    }

    /** How much of the end is kept for hooks that have not had their turn. */
    long reserve() {
        return reserve;
    }

    /** The point at which the reserve begins. */
    long reserveStart() {
        return total - reserve;
    }

    Duration remaining() {
        return Duration.ofNanos(Math.max(0, total - elapsed()));
    }
}
