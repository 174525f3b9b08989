package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import org.jspecify.annotations.Nullable;

/** What lives from one start of a scheduler to the next stop. */
final class Generation {
    final HeapTimer timer;
    final @Nullable LeaderScope scope;
    /** Set once, under the engine's lock: from then on no run starts. Read by tasks without it. */
    volatile boolean stopping;
    /** Runs a stop still waits for. INVARIANT: guarded by the engine's lock. */
    int alive;
    /** What ended while it was stopping. INVARIANT: guarded by the engine's lock. */
    int completed;

    int cancelled;

    Generation(HeapTimer timer, @Nullable LeaderScope scope) {
        this.timer = timer;
        this.scope = scope;
    }
}
