package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets runs start and end: the gate in front of every run and the books behind it.
 *
 * <p>Lock order: this lock, then the timer's, then a token's. Code of a user and the executor are never called with it held;
 * events are, which do not block by contract, so that they come in the order of what they tell.
 */
final class JobEngine {
    private static final int PLATFORM_LIMIT = 16;
    /** What starting a thread costs at most: who ran for less may share one. */
    private static final long SHORT_NANOS = 100_000;

    /** Whether a run may start. */
    enum Admission {
        START,
        QUEUED,
        LEFT_OUT
    }

    final ReentrantLock lock = new ReentrantLock();
    final String name;
    final int historySize;
    final long resolutionNanos;
    final KernelClock clock;
    final List<ContextCarrier> carriers;
    final Events events;
    final Permits permits;
    final LiveRuns live = new LiveRuns();
    /** Jobs that were taken out while a run went on that has not ended yet. */
    final Map<String, JobEntry> leftovers = new HashMap<>();

    /** Wakes who waits for runs to end. */
    final ClockGate ended;

    int waiters;

    @Nullable
    Generation generation;

    final Executor executor;
    private final Ticks ticks;
    private final RunIds ids = new RunIds();
    private final OncePerMinute rejections = new OncePerMinute();

    JobEngine(
            KernelClock clock,
            KernelThreads threads,
            List<ContextCarrier> carriers,
            SchedulerSpec spec,
            Events events) {
        this.clock = clock;
        this.carriers = List.copyOf(carriers);
        this.events = events;
        this.name = spec.name();
        this.historySize = spec.historySize();
        this.resolutionNanos = spec.resolution().toNanos();
        this.permits = new Permits(spec.limit().orElse(threads.virtual() ? Integer.MAX_VALUE : PLATFORM_LIMIT));
        this.executor = threads.executor("kernel-job-" + spec.name());
        this.ended = new ClockGate(clock);
        this.ticks = new Ticks(this);
    }

    String correlationId(long runId) {
        return ids.correlationId(runId);
    }

    /** Takes note of a point that is due. Called on the timer's thread. */
    void tick(JobEntry job, long nowNanos) {
        Generation now;
        Run run;
        lock.lock();
        try {
            now = generation;
            // A timer that was stopped a moment ago may still be firing: its points belong to nobody.
            if (now == null || now.stopping || !now.timer.isTimerThread() || job.removed) {
                return;
            }
            run = ticks.fire(now, job, nowNanos);
        } finally {
            lock.unlock();
        }
        if (run != null) {
            now.due.add(run);
        }
    }

    /** Schedules the first point. INVARIANT: called with the lock held. */
    void begin(JobEntry job, Generation now, long nowNanos) {
        job.watch = null;
        job.chained = false;
        ticks.first(now, job, nowNanos);
    }

    /** Goes on after a pause. INVARIANT: called with the lock held. */
    void goOn(JobEntry job, Generation now, long nowNanos) {
        ticks.resume(now, job, nowNanos);
    }

    /** {@return the point a job waits for}. INVARIANT: called with the lock held. */
    Instant nextPoint(JobEntry job) {
        return Results.instant(ticks.nextEpochNanos(job));
    }

    long nextRunId() {
        return ids.next();
    }

    /** Decides about a run that is due. INVARIANT: called with the lock held. */
    Admission admit(Run run, long nowNanos) {
        JobEntry job = run.job;
        if (job.running >= job.spec.maxConcurrent()) {
            if (job.spec.overlap() == Overlap.QUEUE_ONE && job.queued == null) {
                job.queued = run;
                return Admission.QUEUED;
            }
        } else if (job.queued == null) {
            if (permits.tryAcquire()) {
                start(run);
                if (!run.generation.due.looksAfter(run)) {
                    RunWatch.watchDeadline(run, nowNanos);
                }
                return Admission.START;
            }
            queueForPermit(run, nowNanos);
            return Admission.QUEUED;
        }
        leaveOut(run, Outcome.SKIPPED_OVERLAP, null);
        return Admission.LEFT_OUT;
    }

    private void queueForPermit(Run run, long nowNanos) {
        run.job.queued = run;
        run.queuedNanos = nowNanos;
        permits.enqueue(run);
        ticks.watchQueue(run, nowNanos);
    }

    private void start(Run run) {
        run.job.running++;
        live.add(run);
        run.generation.alive++;
        run.counted = true;
    }

    /** Hands runs to the executor; one that is refused frees its permit for another. Called without the lock. */
    void submit(@Nullable Run first) {
        Run run = first;
        while (run != null) {
            try {
                executor.execute(run);
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                run = reject(run, e);
            }
        }
    }

    private @Nullable Run reject(Run run, Throwable why) {
        return run.drop() ? settle(run, Outcome.REJECTED, why, run.dueNanos, run.dueNanos) : null;
    }

    /** Takes note of the end of a run, or of its not starting, and lets the next one start. Called without the lock. */
    void end(Run run, Outcome outcome, @Nullable Throwable error, long startedNanos, long endedNanos) {
        submit(settle(run, outcome, error, startedNanos, endedNanos));
    }

    private @Nullable Run settle(
            Run run, Outcome outcome, @Nullable Throwable error, long startedNanos, long endedNanos) {
        long late = startedNanos - run.dueNanos;
        long took = endedNanos - startedNanos;
        boolean wake;
        boolean told;
        Run next;
        lock.lock();
        try {
            told = run.abandoned;
            takeOut(run);
            if (!told) {
                write(run, outcome, error, late, took);
            }
            next = afterEnd(run);
            wake = waiters > 0;
        } finally {
            lock.unlock();
        }
        if (wake) {
            ended.signalAll();
        }
        ManualCall manual = run.manual;
        if (manual != null && !told) {
            manual.result().complete(Results.of(run, outcome, error, outcome == Outcome.REJECTED ? 0 : late, took));
        }
        return next;
    }

    private void write(Run run, Outcome outcome, @Nullable Throwable error, long late, long took) {
        if (!run.started()) {
            leaveOut(run, outcome, error);
            return;
        }
        if (run.generation.stopping) {
            if (run.endReason() == null) {
                run.generation.completed++;
            } else {
                run.generation.cancelled++;
            }
        }
        run.job.lastWasShort = took < SHORT_NANOS;
        run.job.record().add(run, outcome, error, late, took);
        events.publish(() -> new JobEvent.Finished(name, Results.of(run, outcome, error, late, took)));
        if (error instanceof VirtualMachineError) {
            events.publish(() -> new KernelEvent.Fatal("job " + run.job.spec.name(), error));
        }
    }

    /** Writes down a run that never started. INVARIANT: called with the lock held. */
    void leaveOut(Run run, Outcome outcome, @Nullable Throwable error) {
        run.job.record().count(outcome);
        if (outcome != Outcome.REJECTED || rejections.mayTell(clock.nanoTime())) {
            events.publish(() -> new JobEvent.Finished(name, Results.leftOut(run, outcome, error)));
        }
    }

    /** Gives back what a run held. INVARIANT: called with the lock held. */
    void takeOut(Run run) {
        live.remove(run);
        run.job.running--;
        permits.release();
        if (run.counted) {
            run.counted = false;
            run.generation.alive--;
        }
        if (run.job.removed && run.job.running == 0) {
            leftovers.remove(run.job.spec.name(), run.job);
        }
    }

    private @Nullable Run afterEnd(Run run) {
        JobEntry job = run.job;
        long nowNanos = clock.nanoTime();
        Generation now = generation;
        if (now != null && !now.stopping && run.generation == now && run.fire != Fire.MANUAL) {
            ticks.afterEnd(now, job, nowNanos);
        }
        Run waiting = job.queued;
        if (waiting != null && !waiting.waitsForPermit && job.running < job.spec.maxConcurrent()) {
            queueForPermit(waiting, nowNanos);
        }
        Run next = permits.next();
        if (next != null) {
            next.job.queued = null;
            start(next);
            RunWatch.watchDeadline(next, nowNanos);
        }
        return next;
    }

    /** Takes the waiting run of a job out of all queues. INVARIANT: called with the lock held. */
    @Nullable
    Run dropQueued(JobEntry job) {
        Run run = job.queued;
        if (run != null) {
            job.queued = null;
            permits.remove(run);
            leaveOut(run, Outcome.CANCELLED, null);
        }
        return run;
    }

    /** Tells the caller of a run by hand that it was left out. Called without the lock. */
    static void complete(@Nullable Run run, Outcome outcome) {
        if (run != null && run.manual != null) {
            run.manual.result().complete(Results.leftOut(run, outcome, null));
        }
    }

    /** Asks a run to end; the watch interrupts it if it does not. INVARIANT: called with the lock held. */
    void askToEnd(Run run, CancelReason reason, long nowNanos) {
        if (run.endReason() == null) {
            run.markEnding(reason);
            run.actAtNanos = nowNanos + RunWatch.INTERRUPT_AFTER;
            if (run.generation == generation) {
                RunWatch.of(run.job).lookAt(run.generation.timer, run.actAtNanos);
            }
        }
    }

    /** Drops what has not started yet. INVARIANT: called with the lock held; the result is for {@link #endDropped}. */
    static List<Run> dropNotStarted(List<Run> runs) {
        return runs.stream().filter(Run::drop).toList();
    }

    /** Writes down runs that were dropped. Called without the lock. */
    void endDropped(List<Run> runs) {
        runs.forEach(run -> end(run, Outcome.CANCELLED, null, run.dueNanos, run.dueNanos));
    }

    /** Cancels at once. The actions on the token are a user's and may block: neither a stop nor the timer waits for them. */
    void cancel(Run run, CancelReason reason) {
        run.token().cancel(reason, actions -> {
            try {
                executor.execute(actions);
            } catch (RuntimeException | OutOfMemoryError e) {
                // No thread to be had: an action that hangs is the smaller risk than one that is never called.
                actions.run();
            }
        });
    }

    void tellMissed(JobEntry job, long count, long oldestEpochNanos, long lateNanos) {
        job.record().missed += count;
        events.publish(() -> new JobEvent.Missed(
                name, job.spec.name(), count, Results.instant(oldestEpochNanos), Duration.ofNanos(lateNanos)));
    }
}
