package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limit of a scheduler and the runs that wait for it, first come first served. A job waits with one run at most, so no
 * job can fill the queue.
 *
 * <p>INVARIANT: guarded by the engine's lock.
 */
final class Permits {
    private int free;
    private final ArrayDeque<Run> waiting = new ArrayDeque<>(0);

    Permits(int limit) {
        this.free = limit;
    }

    boolean tryAcquire() {
        if (free == 0 || !waiting.isEmpty()) {
            return false;
        }
        free--;
        return true;
    }

    void release() {
        free++;
    }

    void enqueue(Run run) {
        run.waitsForPermit = true;
        waiting.add(run);
    }

    /** {@return the run whose turn it is, with a permit; null if there is none} */
    @Nullable
    Run next() {
        if (free == 0 || waiting.isEmpty()) {
            return null;
        }
        Run run = waiting.remove();
        free--;
        run.waitsForPermit = false;
        return run;
    }

    /** {@return all that wait, in order} */
    List<Run> waiting() {
        return List.copyOf(waiting);
    }

    void remove(Run run) {
        if (run.waitsForPermit) {
            run.waitsForPermit = false;
            waiting.remove(run);
        }
    }
}
