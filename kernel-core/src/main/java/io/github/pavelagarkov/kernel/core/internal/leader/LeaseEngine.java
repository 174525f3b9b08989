package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;

/**
 * What all elections of one elector share: clock, one timer thread, one store, threads for callbacks.
 *
 * @param clock the only time
 * @param threads makes threads
 * @param callbacks runs each callback on a thread of its own
 * @param timer one thread for all elections
 * @param store keeps the leases
 * @param batcher puts requests of one moment together
 * @param events where to report
 * @param overruns what to do about work that outlives its lease
 */
record LeaseEngine(
        KernelClock clock,
        KernelThreads threads,
        CallbackExecutor callbacks,
        HeapTimer timer,
        LeaseStore store,
        LeaseBatcher batcher,
        Events events,
        OverrunHandler overruns) {
    private static final long RESOLUTION = Duration.ofMillis(1).toNanos();
    /** Shorter than an attempt may take by default: its timeout then wakes nobody while a lease changes hands. */
    private static final long LONGEST_PARK = Duration.ofMillis(250).toNanos();

    static LeaseEngine create(
            LeaseStore store, KernelClock clock, KernelThreads threads, Events events, OverrunHandler overruns) {
        HeapTimer timer = HeapTimer.looking(clock, threads, "kernel-leases", RESOLUTION, LONGEST_PARK);
        return new LeaseEngine(
                clock,
                threads,
                new CallbackExecutor(threads.executor("kernel-leader"), KernelThreads.system(), timer, clock),
                timer,
                store,
                new LeaseBatcher(store, clock, timer),
                events,
                overruns);
    }

    /** Runs a callback on a thread of its own. */
    void execute(String name, Runnable callback) {
        callbacks.execute(name, callback);
    }
}
