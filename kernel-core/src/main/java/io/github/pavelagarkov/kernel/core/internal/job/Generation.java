package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import org.jspecify.annotations.Nullable;

/** What lives from one start of a scheduler to the next stop. */
final class Generation {
    final HeapTimer timer;
    final DueRuns due;
    final @Nullable LeaderScope scope;
    /** Set once, under the engine's lock: from then on no run starts. Read by tasks without it. */
    volatile boolean stopping;
    /** Runs a stop still waits for. INVARIANT: guarded by the engine's lock. */
    int alive;
    /** What ended while it was stopping. INVARIANT: guarded by the engine's lock. */
    int completed;

    int cancelled;

    Generation(JobEngine engine, KernelThreads threads, @Nullable LeaderScope scope) {
        this.due = new DueRuns(engine, this, threads.virtual());
        this.timer =
                new HeapTimer(engine.clock, threads, "kernel-jobs-" + engine.name, engine.resolutionNanos, due::submit);
        this.scope = scope;
    }
}
