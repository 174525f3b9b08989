package io.github.pavelagarkov.kernel.core.internal.concurrent;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;

/** Arithmetic on readings of the monotonic clock. */
public final class Deadlines {
    /** Far enough for every duration that {@code Check} lets through, near enough for subtraction not to overflow. */
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private Deadlines() {}

    /**
     * {@return a point that will not be reached}
     *
     * @param now a reading of the clock
     */
    public static long never(long now) {
        return now + FOREVER;
    }

    /**
     * {@return the point a while from now}
     *
     * @param clock tells now
     * @param duration the while
     */
    public static long after(KernelClock clock, Duration duration) {
        return clock.nanoTime() + nanos(duration);
    }

    /**
     * {@return a duration in nanoseconds, cut off where arithmetic would overflow}
     *
     * @param duration any duration
     */
    public static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(FOREVER)) >= 0 ? FOREVER : duration.toNanos();
    }

    /**
     * {@return the time left to a point, not below zero}
     *
     * @param clock tells now
     * @param until the point
     */
    public static Duration left(KernelClock clock, long until) {
        return Duration.ofNanos(Math.max(0, until - clock.nanoTime()));
    }
}
