package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * The time of a test: virtual for an implementation with {@link Capability#TIME_CONTROL}, real otherwise.
 *
 * <p>A test is written once for both. In virtual time everything is exact. In real time only lower bounds and counts are
 * meaningful, durations are scaled down to keep the suite short, and up by {@code kernel.tck.time-factor} on a slow machine.
 *
 * <p>Used by the thread of the test alone, but for {@link #clock}, {@link #threads} and {@link #now}.
 */
public interface TckTime {
    /** {@return the clock for the implementation} */
    KernelClock clock();

    /** {@return makes threads for the implementation, which virtual time waits for} */
    ThreadFactory threads();

    /** {@return whether time is virtual, so that upper bounds may be asserted} */
    boolean exact();

    /** {@return how much time has passed since the test began} */
    Duration now();

    /**
     * {@return a number of ticks: the unit of periods and waits in tests, 1 s in virtual time and 100 ms in real time}
     *
     * @param count how many; zero or positive
     */
    Duration ticks(long count);

    /** {@return the timing of leases: the defaults in virtual time, a lease of 3 s in real time} */
    LeaseTiming leaseTiming();

    /**
     * Lets time pass. In virtual time all that is due happens, in order; in real time the test waits.
     *
     * @param by how much; zero or positive, zero only lets what is due now happen
     */
    void pass(Duration by);

    /**
     * Lets time pass until something is so.
     *
     * @param what named in the failure, as "b leads"
     * @param atMost how much time may pass; in real time at least 10 s are given, as slowness is no failure
     * @param condition asked again and again
     * @throws AssertionError if it is not so in time
     */
    void until(String what, Duration atMost, BooleanSupplier condition);

    /**
     * Runs a blocking call on a thread of its own, while the test lets time pass.
     *
     * @param call what to run
     * @param <T> its result
     * @return its outcome
     */
    <T> CompletableFuture<T> start(Callable<T> call);

    /**
     * Moves time on at once, as if the process had stood still: threads wake late, all at the end. Virtual time only.
     *
     * @param by how far; positive
     */
    void stall(Duration by);

    /**
     * Moves the wall clock on, while the monotonic clock stands still, as when the host was suspended. Virtual time only.
     *
     * @param by how far; positive
     */
    void suspend(Duration by);

    /**
     * Sets the wall clock. Virtual time only.
     *
     * @param by how far; negative sets it back
     */
    void jumpWall(Duration by);
}
