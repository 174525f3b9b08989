package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobStats;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The user's side of a job; made when asked for, so that 100,000 jobs do not cost 100,000 of them. */
record EntryHandle(JobEntry job, HeapJobScheduler scheduler) implements JobHandle {
    @Override
    public String name() {
        return job.spec.name();
    }

    @Override
    public JobSpec spec() {
        return job.spec;
    }

    @Override
    public boolean isPaused() {
        return locked(() -> job.paused);
    }

    @Override
    public Optional<Instant> nextFireTime() {
        return locked(() -> {
            Generation now = job.engine.generation;
            return now == null || now.stopping || job.removed || !job.scheduled
                    ? Optional.empty()
                    : Optional.of(job.engine.nextPoint(job));
        });
    }

    @Override
    public Optional<RunResult> lastRun() {
        return locked(() -> {
            JobRecord record = job.recordIfAny();
            return record == null ? Optional.empty() : record.last(job);
        });
    }

    @Override
    public List<RunResult> history() {
        return locked(() -> {
            JobRecord record = job.recordIfAny();
            return record == null || job.engine.historySize == 0 ? List.of() : record.results(job);
        });
    }

    @Override
    public JobStats stats() {
        return locked(() -> {
            JobRecord record = job.recordIfAny();
            return new JobStats(
                    record == null ? JobRecord.noOutcomes() : record.outcomes(),
                    record == null ? 0 : record.missed,
                    job.running,
                    job.queued == null ? 0 : 1);
        });
    }

    private <T> T locked(Supplier<T> read) {
        job.engine.lock.lock();
        try {
            return read.get();
        } finally {
            job.engine.lock.unlock();
        }
    }

    @Override
    public CompletionStage<RunResult> runNow() {
        JobEngine engine = job.engine;
        ManualCall call = ManualCall.capture(engine.carriers);
        Run run;
        JobEngine.Admission admission;
        engine.lock.lock();
        try {
            Generation now = engine.generation;
            if (now == null || now.stopping || job.removed) {
                throw new IllegalStateException("job '" + name() + "' cannot run now: "
                        + (job.removed
                                ? "it is unregistered"
                                : "scheduler '" + engine.name + "' is " + scheduler.state()));
            }
            long nanos = engine.clock.nanoTime();
            run = new Run(
                    job, now, engine.nextRunId(), Fire.MANUAL, nanos, engine.clock.wallMillis() * 1_000_000L, call);
            admission = engine.admit(run, nanos);
        } finally {
            engine.lock.unlock();
        }
        if (admission == JobEngine.Admission.START) {
            engine.submit(run);
        } else if (admission == JobEngine.Admission.LEFT_OUT) {
            JobEngine.complete(run, Outcome.SKIPPED_OVERLAP);
        }
        // A copy: who gets it cannot complete ours.
        return call.result().copy();
    }

    @Override
    public void pause() {
        @Nullable Run dropped = null;
        job.engine.lock.lock();
        try {
            Generation now = job.engine.generation;
            job.paused = true;
            job.scheduled = false;
            if (now != null) {
                now.timer.cancel(job);
            }
            if (job.queued != null && job.queued.fire != Fire.MANUAL) {
                dropped = job.engine.dropQueued(job);
                job.chained = false;
            }
        } finally {
            job.engine.lock.unlock();
        }
        JobEngine.complete(dropped, Outcome.CANCELLED);
    }

    @Override
    public void resume() {
        job.engine.lock.lock();
        try {
            Generation now = job.engine.generation;
            if (job.paused) {
                job.paused = false;
                if (now != null && !now.stopping && !job.removed) {
                    job.engine.goOn(job, now, job.engine.clock.nanoTime());
                }
            }
        } finally {
            job.engine.lock.unlock();
        }
    }

    @Override
    public int cancelRunning() {
        JobEngine engine = job.engine;
        List<Run> asked = new ArrayList<>();
        List<Run> notStarted;
        engine.lock.lock();
        try {
            long nowNanos = engine.clock.nanoTime();
            List<Run> running = engine.live.all(run -> run.job == job && run.endReason() == null && !run.abandoned);
            notStarted = JobEngine.dropNotStarted(running);
            for (Run run : running) {
                if (run.started()) {
                    engine.askToEnd(run, CancelReason.MANUAL, nowNanos);
                    asked.add(run);
                }
            }
        } finally {
            engine.lock.unlock();
        }
        StopProcedure.cancel(asked);
        engine.endDropped(notStarted);
        return asked.size() + notStarted.size();
    }
}
