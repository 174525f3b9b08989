package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All runs that hold a permit, oldest first; abandoned ones stay until they end. Linked through the runs themselves, so that
 * a run costs no further object.
 *
 * <p>INVARIANT: guarded by the engine's lock.
 */
final class LiveRuns {
    private @Nullable Run oldest;
    private @Nullable Run newest;

    void add(Run run) {
        Run last = newest;
        run.older = last;
        if (last == null) {
            oldest = run;
        } else {
            last.newer = run;
        }
        newest = run;
        run.nextOfJob = run.job.firstRun;
        run.job.firstRun = run;
    }

    void remove(Run run) {
        Run before = run.older;
        Run after = run.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        run.older = null;
        run.newer = null;
        removeFromJob(run);
    }

    private static void removeFromJob(Run run) {
        Run at = run.job.firstRun;
        if (at == run) {
            run.job.firstRun = run.nextOfJob;
        }
        while (at != null && at != run) {
            if (at.nextOfJob == run) {
                at.nextOfJob = run.nextOfJob;
                break;
            }
            at = at.nextOfJob;
        }
        run.nextOfJob = null;
    }

    /** {@return the run that has gone on for longest} */
    @Nullable
    Run oldest() {
        return oldest;
    }

    List<Run> all(Predicate<Run> which) {
        List<Run> found = new ArrayList<>();
        for (Run run = oldest; run != null; run = run.newer) {
            if (which.test(run)) {
                found.add(run);
            }
        }
        return found;
    }

    /** {@return the run the calling thread is in; null if it is in none} */
    @Nullable
    Run ofCurrentThread() {
        Thread self = Thread.currentThread();
        for (Run run = oldest; run != null; run = run.newer) {
            if (run.isOn(self)) {
                return run;
            }
        }
        return null;
    }
}
