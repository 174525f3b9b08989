package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Stacks;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends the runs of one job that take too long: token, then interrupt, then a report once per period.
 *
 * <p>One node for all runs of a job, moved only when it fires: runs come and go far more often than deadlines pass, and a
 * node for each of them would double the work of the timer.
 *
 * <p>INVARIANT: guarded by the engine's lock.
 */
final class RunWatch extends HeapTimer.Task {
    static final long INTERRUPT_AFTER = Duration.ofMillis(200).toNanos();
    /** Between the interrupt and the first report: what ends a little later is not stuck. */
    private static final long REPORT_AFTER = Duration.ofSeconds(1).toNanos();
    /** A job that runs every millisecond is not worth a stack a millisecond. */
    private static final long LEAST_BETWEEN_REPORTS = Duration.ofSeconds(1).toNanos();

    private static final long REPORT_PERIOD_WITHOUT_PERIOD =
            Duration.ofSeconds(60).toNanos();

    private final JobEntry job;
    private boolean armed;
    private long armedFor;

    RunWatch(JobEntry job) {
        this.job = job;
    }

    static RunWatch of(JobEntry job) {
        RunWatch watch = job.watch;
        if (watch == null) {
            watch = new RunWatch(job);
            job.watch = watch;
        }
        return watch;
    }

    static void watchDeadline(Run run, long sinceNanos) {
        run.job
                .spec
                .deadline()
                .ifPresent(limit -> of(run.job).lookAt(run.generation.timer, sinceNanos + Deadlines.nanos(limit)));
    }

    /** Watches runs for which that was put off. Called without the lock. */
    static void watchDeadlines(JobEngine engine, List<Run> runs) {
        engine.lock.lock();
        try {
            long nowNanos = engine.clock.nanoTime();
            for (Run run : runs) {
                // What has ended since is left alone, and so is a timer that was stopped.
                if (run.counted && run.generation == engine.generation) {
                    watchDeadline(run, run.started() ? run.startedNanos() : nowNanos);
                }
            }
        } finally {
            engine.lock.unlock();
        }
    }

    /** Makes sure that it looks at a point or earlier. */
    void lookAt(HeapTimer timer, long atNanos) {
        if (!armed || atNanos - armedFor < 0) {
            armed = timer.schedule(this, atNanos);
            armedFor = atNanos;
        }
    }

    @Override
    protected void fire(long nowNanos) {
        JobEngine engine = job.engine;
        List<Run> toCancel = new ArrayList<>(0);
        List<Run> toInterrupt = new ArrayList<>(0);
        engine.lock.lock();
        try {
            armed = false;
            Generation generation = engine.generation;
            if (generation == null || !generation.timer.isTimerThread() || job.watch != this) {
                return;
            }
            long next = Deadlines.never(nowNanos);
            boolean any = false;
            for (Run run = job.firstRun; run != null; run = run.nextOfJob) {
                if (run.generation == generation && isWatched(run)) {
                    long at = actAt(run, nowNanos);
                    if (nowNanos - at >= 0) {
                        at = act(run, nowNanos, toCancel, toInterrupt);
                    }
                    next = next - at > 0 ? at : next;
                    any = true;
                }
            }
            if (any) {
                lookAt(generation.timer, next);
            }
        } finally {
            engine.lock.unlock();
        }
        toInterrupt.forEach(Run::interrupt);
        toCancel.forEach(run -> engine.cancel(run, CancelReason.DEADLINE));
    }

    private boolean isWatched(Run run) {
        return run.endReason() != null || job.spec.deadline().isPresent();
    }

    private long actAt(Run run, long nowNanos) {
        if (run.endReason() != null) {
            return run.actAtNanos;
        }
        long limit = job.spec.deadline().map(Deadlines::nanos).orElse(0L);
        // The time in the executor's hands does not count against the deadline.
        return (run.started() ? run.startedNanos() : nowNanos) + limit;
    }

    private long act(Run run, long nowNanos, List<Run> toCancel, List<Run> toInterrupt) {
        if (run.endReason() == null) {
            run.markEnding(CancelReason.DEADLINE);
            toCancel.add(run);
            run.actAtNanos = nowNanos + INTERRUPT_AFTER;
        } else if (!run.interrupted) {
            run.interrupted = true;
            toInterrupt.add(run);
            run.actAtNanos = nowNanos + REPORT_AFTER;
        } else {
            report(run, nowNanos);
            run.actAtNanos = nowNanos + reportPeriod();
        }
        return run.actAtNanos;
    }

    private long reportPeriod() {
        Trigger trigger = job.spec.trigger();
        if (trigger instanceof Trigger.Every every) {
            return Math.max(LEAST_BETWEEN_REPORTS, Deadlines.nanos(every.period()));
        }
        return trigger instanceof Trigger.WithDelay withDelay
                ? Math.max(LEAST_BETWEEN_REPORTS, Deadlines.nanos(withDelay.delay()))
                : REPORT_PERIOD_WITHOUT_PERIOD;
    }

    private void report(Run run, long nowNanos) {
        Thread thread = run.thread();
        if (thread != null) {
            job.engine.events.publish(() -> new JobEvent.Stuck(
                    job.engine.name,
                    job.spec.name(),
                    run.id,
                    Duration.ofNanos(nowNanos - run.startedNanos()),
                    ThreadNames.of(thread),
                    Stacks.top(thread)));
        }
    }
}
