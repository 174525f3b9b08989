package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What all elections of one elector share: clock, one timer thread, one store, threads for callbacks.
 *
 * @param clock the only time
 * @param threads makes threads
 * @param executor runs each callback on a thread of its own
 * @param timer one thread for all elections
 * @param store keeps the leases
 * @param batcher puts requests of one moment together
 * @param events where to report
 * @param overruns what to do about work that outlives its lease
 */
record LeaseEngine(
        KernelClock clock,
        KernelThreads threads,
        Executor executor,
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
                threads.executor("kernel-leader"),
                timer,
                store,
                new LeaseBatcher(store, clock, timer),
                events,
                overruns);
    }

    /** Runs a callback on a thread of its own, whatever becomes of the executor: a demotion must be told. */
    void execute(String name, Runnable callback) {
        try {
            executor.execute(callback);
        } catch (RejectedExecutionException | IllegalStateException refused) {
            // A container that stops refuses threads; the machine's own are still there.
            KernelThreads.system().newThread(name, callback).start();
        }
    }
}
