package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.job.JobSpec;
import org.jspecify.annotations.Nullable;

/**
 * One registered job; its own node in the timer. There may be 100,000 of them that never ran, so everything a job does not
 * need before its first run is made with that.
 *
 * <p>INVARIANT: what is not final is guarded by the engine's lock.
 */
final class JobEntry extends HeapTimer.Task {
    final JobEngine engine;
    final JobSpec spec;
    /** Null for other triggers than cron. */
    final @Nullable CronPoints cron;
    /** The point the job waits for, by the monotonic clock; not used with cron. */
    long nextPoint;

    int running;
    /** The node is in the timer for a point of the trigger. */
    boolean scheduled;

    boolean paused;
    /** A run goes on or waits whose end starts the delay to the next. */
    boolean chained;
    /** Read by tasks without the lock. */
    volatile boolean removed;
    /** So short that a thread of its own cost more; false before the first. */
    boolean lastWasShort;
    /** The one run that waits, for this job's own runs or for a permit. */
    @Nullable
    Run queued;

    @Nullable
    Run firstRun;

    private @Nullable JobRecord record;

    @Nullable
    RunWatch watch;

    JobEntry(JobEngine engine, JobSpec spec, @Nullable CronPoints cron) {
        this.engine = engine;
        this.spec = spec;
        this.cron = cron;
    }

    @Override
    protected void fire(long nowNanos) {
        engine.tick(this, nowNanos);
    }

    JobRecord record() {
        JobRecord kept = record;
        if (kept == null) {
            kept = new JobRecord(engine.historySize);
            record = kept;
        }
        return kept;
    }

    @Nullable
    JobRecord recordIfAny() {
        return record;
    }
}
