package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Stacks;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.StopReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stop of a scheduler: the thread that begins it drives it, others who stop meanwhile may shorten it and share its
 * report. Costs what is running, not what is registered.
 *
 * <p>INVARIANT: what is not final or volatile is guarded by the engine's lock.
 */
final class StopProcedure {
    private static final long LONGEST_TAIL = Duration.ofSeconds(1).toNanos();
    /** How much earlier than a second caller has to return the first ends the stop, so that both share its report. */
    private static final long HANDOVER = Duration.ofMillis(200).toNanos();

    private final JobEngine engine;
    private final Generation generation;
    private final long beganNanos;
    private CancelReason reason;
    private long endNanos;
    private long tailNanos;
    private boolean escalated;
    private boolean changed;
    private int droppedQueued;
    private volatile @Nullable StopReport report;

    StopProcedure(JobEngine engine, Generation generation, Duration maxWait, CancelReason reason) {
        this.engine = engine;
        this.generation = generation;
        this.reason = reason;
        beganNanos = engine.clock.nanoTime();
        tailNanos = tail(maxWait);
        endNanos = beganNanos + Deadlines.nanos(maxWait);
    }

    private static long tail(Duration maxWait) {
        return Math.min(LONGEST_TAIL, Deadlines.nanos(maxWait) / 5);
    }

    /** What the first step found; to be told and ended without the lock. */
    record First(List<Run> queued, List<Run> notStarted, List<Run> toCancel) {}

    /** The one point after which no run starts. INVARIANT: called with the lock held. */
    First begin() {
        generation.stopping = true;
        engine.waiters++;
        List<Run> queued = new ArrayList<>();
        engine.permits.waiting().forEach(run -> addIfAny(queued, engine.dropQueued(run.job)));
        List<Run> alive = engine.live.all(run -> run.counted);
        alive.forEach(run -> addIfAny(queued, engine.dropQueued(run.job)));
        List<Run> notStarted = JobEngine.dropNotStarted(alive);
        droppedQueued = queued.size() + notStarted.size();
        leaveOutOwnRun();
        return new First(queued, notStarted, askToEnd());
    }

    private static void addIfAny(List<Run> runs, @Nullable Run run) {
        if (run != null) {
            runs.add(run);
        }
    }

    private void leaveOutOwnRun() {
        Run own = engine.live.ofCurrentThread();
        if (own != null && own.counted && own.generation == generation) {
            own.counted = false;
            generation.alive--;
        }
    }

    private List<Run> askToEnd() {
        long now = engine.clock.nanoTime();
        List<Run> asked =
                engine.live.all(run -> run.counted && run.endReason() == null && run.started() && isImmediate(run));
        asked.forEach(run -> engine.askToEnd(run, reason, now));
        return asked;
    }

    private boolean isImmediate(Run run) {
        return reason == CancelReason.LEADERSHIP_LOST || run.job.spec.stopMode() == StopMode.IMMEDIATE;
    }

    /** Waits until all runs have ended or the time is over. Called without the lock, by one thread. */
    void drive() {
        boolean interrupted = false;
        while (true) {
            List<Run> toInterrupt = List.of();
            long until;
            engine.lock.lock();
            try {
                long now = engine.clock.nanoTime();
                changed = false;
                if (generation.alive == 0 || now - endNanos >= 0) {
                    break;
                }
                if (!escalated && now - (endNanos - tailNanos) >= 0) {
                    escalated = true;
                    toInterrupt = escalate(now);
                }
                until = escalated ? endNanos : endNanos - tailNanos;
            } finally {
                engine.lock.unlock();
            }
            cancel(toInterrupt);
            toInterrupt.forEach(Run::interrupt);
            interrupted |= await(until);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Run> escalate(long nowNanos) {
        List<Run> all = engine.live.all(run -> run.counted);
        for (Run run : all) {
            engine.askToEnd(run, reason, nowNanos);
            run.interrupted = true;
            run.actAtNanos = Deadlines.never(nowNanos);
        }
        return all;
    }

    /** Cancels the tokens. Called without the lock: the executor is asked for threads. */
    static void cancel(List<Run> runs) {
        for (Run run : runs) {
            CancelReason why = run.endReason();
            run.job.engine.cancel(run, why == null ? CancelReason.STOP : why);
        }
    }

    private boolean await(long untilNanos) {
        try {
            engine.ended.await(this::hasNews, untilNanos);
            return false;
        } catch (InterruptedException e) {
            // Somebody is in a hurry: the rest of the waiting is cut to the tail. The flag is restored at the end.
            hurry();
            return true;
        }
    }

    private boolean hasNews() {
        engine.lock.lock();
        try {
            return generation.alive == 0 || changed;
        } finally {
            engine.lock.unlock();
        }
    }

    private void hurry() {
        engine.lock.lock();
        try {
            long now = engine.clock.nanoTime();
            shorten(now + tailNanos);
            tailNanos = Math.max(0, endNanos - now);
            changed = true;
        } finally {
            engine.lock.unlock();
        }
    }

    private void shorten(long untilNanos) {
        endNanos = untilNanos - endNanos < 0 ? untilNanos : endNanos;
    }

    /** Adds a second caller. INVARIANT: called with the lock held. */
    List<Run> join(Duration maxWait, CancelReason why) {
        long most = Deadlines.nanos(maxWait);
        shorten(engine.clock.nanoTime() + most - Math.min(HANDOVER, most / 10));
        tailNanos = Math.min(tailNanos, tail(maxWait));
        if (why == CancelReason.LEADERSHIP_LOST) {
            reason = why;
        }
        leaveOutOwnRun();
        changed = true;
        return askToEnd();
    }

    /** {@return the report of the thread that drives; if that is held up, what is known now} */
    StopReport awaitReport(Duration maxWait) {
        long until = Deadlines.after(engine.clock, maxWait);
        boolean interrupted = false;
        while (report == null) {
            try {
                if (!engine.ended.await(() -> report != null, until)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                hurry();
                engine.ended.signalAll();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        StopReport made = report;
        return made != null ? made : snapshot();
    }

    private StopReport snapshot() {
        engine.lock.lock();
        try {
            return makeReport();
        } finally {
            engine.lock.unlock();
        }
    }

    /** Gives up on what is left. INVARIANT: called with the lock held. */
    List<Run> finish() {
        long now = engine.clock.nanoTime();
        List<Run> left = engine.live.all(run -> run.counted && run.generation == generation);
        for (Run run : left) {
            run.counted = false;
            run.abandoned = true;
            long late = run.startedNanos() - run.dueNanos;
            long took = now - run.startedNanos();
            run.job.record().add(run, Outcome.ABANDONED, null, late, took);
            engine.events.publish(
                    () -> new JobEvent.Finished(engine.name, Results.of(run, Outcome.ABANDONED, null, late, took)));
        }
        generation.alive = 0;
        generation.timer.stop();
        engine.generation = null;
        engine.waiters--;
        StopReport made = makeReport();
        report = made;
        engine.events.publish(() -> new JobEvent.SchedulerStopped(made));
        return left;
    }

    private StopReport makeReport() {
        return new StopReport(
                engine.name,
                Duration.ofNanos(engine.clock.nanoTime() - beganNanos),
                generation.completed,
                generation.cancelled,
                droppedQueued,
                stillAlive(engine));
    }

    /** {@return what has not ended, of whatever generation}. INVARIANT: called with the lock held. */
    static List<StopReport.AbandonedRun> stillAlive(JobEngine engine) {
        List<StopReport.AbandonedRun> all = new ArrayList<>();
        for (Run run : engine.live.all(Run::started)) {
            Thread thread = run.thread();
            if (thread != null) {
                all.add(new StopReport.AbandonedRun(
                        run.job.spec.name(), run.id, ThreadNames.of(thread), Stacks.top(thread)));
            }
        }
        return all;
    }

    StopReport report() {
        StopReport made = report;
        return made != null ? made : snapshot();
    }
}
