package io.github.pavelagarkov.kernel.time;

/**
 * Tells the time and waits for it: the only clock and the only timed wait of the code base.
 *
 * <p>Two readings, as a machine has them: {@link #nanoTime()} for intervals, which never goes back and may stand still
 * while the machine sleeps; {@link #wallMillis()} for people, cron and a second opinion on suspends, which may jump.
 *
 * <p>Readings of {@code nanoTime} may overflow: compare them as {@code b - a >= 0}, never {@code b >= a}.
 *
 * <p>Thread-safe.
 */
public interface KernelClock {
    /** {@return nanoseconds of the monotonic clock, from an arbitrary origin, as {@link System#nanoTime()}} */
    long nanoTime();

    /** {@return milliseconds since 1970-01-01T00:00Z of the wall clock} */
    long wallMillis();

    /**
     * Blocks the calling thread until a point of the monotonic clock, an {@link #unpark}, or an interrupt.
     *
     * <p>May return early for no reason: call it in a loop that checks its condition.
     *
     * @param untilNanos a reading of {@link #nanoTime()}; one that has passed returns at once
     * @throws InterruptedException if the thread is interrupted before or while it waits; the flag is then cleared
     */
    void park(long untilNanos) throws InterruptedException;

    /**
     * Ends the current or, if there is none, the next {@link #park} of a thread.
     *
     * @param thread a thread that parks on this clock
     */
    void unpark(Thread thread);

    /** {@return the clocks of this machine} */
    static KernelClock system() {
        return SystemClock.INSTANCE;
    }
}
