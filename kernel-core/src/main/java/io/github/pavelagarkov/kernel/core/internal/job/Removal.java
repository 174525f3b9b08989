package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.StopMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes one job out and ends its runs as its stop mode says. */
final class Removal {
    private static final long LONGEST_TAIL = Duration.ofSeconds(1).toNanos();

    private final JobEngine engine;
    private final JobEntry job;
    /** The run that unregisters its own job: it is neither waited for nor interrupted. */
    private @Nullable Run own;

    Removal(JobEngine engine, JobEntry job) {
        this.engine = engine;
        this.job = job;
    }

    /** {@return whether no run of the job is left} */
    boolean run(Duration maxWait) {
        long wait = Deadlines.nanos(maxWait);
        long end = engine.clock.nanoTime() + wait;
        boolean interrupted = false;
        begin();
        try {
            engine.ended.await(this::isOver, end - Math.min(LONGEST_TAIL, wait / 5));
        } catch (InterruptedException e) {
            // Somebody is in a hurry: what is left is interrupted now. The flag is restored below.
            interrupted = true;
            end = engine.clock.nanoTime() + Math.min(LONGEST_TAIL, wait / 5);
        }
        try {
            if (!isOver()) {
                interruptAll();
                engine.ended.await(this::isOver, end);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return isClean();
    }

    /** Lets no further run start. INVARIANT: called with the lock held. */
    static void mark(JobEntry job) {
        job.removed = true;
        job.scheduled = false;
        Generation now = job.engine.generation;
        if (now != null) {
            now.timer.cancel(job);
        }
        if (job.running > 0) {
            job.engine.leftovers.put(job.spec.name(), job);
        }
    }

    private void begin() {
        Run queued;
        List<Run> notStarted;
        List<Run> asked = List.of();
        engine.lock.lock();
        try {
            engine.waiters++;
            Run inside = engine.live.ofCurrentThread();
            own = inside != null && inside.job == job ? inside : null;
            queued = engine.dropQueued(job);
            notStarted = JobEngine.dropNotStarted(runs());
            if (job.spec.stopMode() == StopMode.IMMEDIATE) {
                asked = askAll();
            }
        } finally {
            engine.lock.unlock();
        }
        StopProcedure.cancel(asked);
        engine.endDropped(notStarted);
        JobEngine.complete(queued, Outcome.CANCELLED);
    }

    private List<Run> runs() {
        return engine.live.all(run -> run.job == job && run != own);
    }

    private List<Run> askAll() {
        long now = engine.clock.nanoTime();
        List<Run> started = runs().stream().filter(Run::started).toList();
        started.forEach(run -> engine.askToEnd(run, CancelReason.UNREGISTERED, now));
        return started;
    }

    private void interruptAll() {
        List<Run> left;
        engine.lock.lock();
        try {
            left = askAll();
            left.forEach(run -> run.interrupted = true);
        } finally {
            engine.lock.unlock();
        }
        StopProcedure.cancel(left);
        left.forEach(Run::interrupt);
    }

    private boolean isOver() {
        engine.lock.lock();
        try {
            return job.running == (own == null ? 0 : 1);
        } finally {
            engine.lock.unlock();
        }
    }

    private boolean isClean() {
        engine.lock.lock();
        try {
            engine.waiters--;
            return job.running == 0;
        } finally {
            engine.lock.unlock();
        }
    }
}
