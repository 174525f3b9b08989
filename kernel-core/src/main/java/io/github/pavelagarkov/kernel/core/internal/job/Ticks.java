package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Misfire;
import io.github.pavelagarkov.kernel.job.Trigger;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Knows the points of each kind of trigger: the first, the next, and what to do about those that were missed.
 *
 * <p>INVARIANT: called with the engine's lock held.
 */
final class Ticks {
    private static final long MILLI = 1_000_000L;
    private static final int STARVED_PERIODS = 10;
    private static final long PERIOD_WITHOUT_PERIOD = Duration.ofSeconds(60).toNanos();
    /** The wall clock may be set while the thread sleeps: it is looked at again after this time. */
    private static final long CRON_LOOK = Duration.ofSeconds(60).toNanos();

    private final JobEngine engine;
    /** What a machine is late by in ordinary life: a point that is later by less is on time, whatever the grace. */
    private final long leastGraceNanos;

    Ticks(JobEngine engine) {
        this.engine = engine;
        this.leastGraceNanos = 2 * engine.resolutionNanos + MILLI;
    }

    void first(Generation now, JobEntry job, long nowNanos) {
        Trigger trigger = job.spec.trigger();
        long shift = jitter(job.spec);
        if (trigger instanceof Trigger.Every every) {
            schedule(now, job, nowNanos + initialDelay(job.spec, every.period()) + shift);
        } else if (trigger instanceof Trigger.WithDelay withDelay) {
            schedule(now, job, nowNanos + initialDelay(job.spec, withDelay.delay()) + shift);
        } else if (job.cron != null) {
            job.cron.begin(engine.clock.wallMillis(), shift / MILLI, recoverMillis(job.spec));
            scheduleCron(now, job, job.cron, nowNanos);
        }
    }

    private static long recoverMillis(JobSpec spec) {
        return Deadlines.nanos(spec.recoverWithin()) / MILLI;
    }

    private static long initialDelay(JobSpec spec, Duration otherwise) {
        return Deadlines.nanos(spec.initialDelay().orElse(otherwise));
    }

    private static long jitter(JobSpec spec) {
        long most = Deadlines.nanos(spec.jitter());
        return most == 0 ? 0 : ThreadLocalRandom.current().nextLong(most);
    }

    private static void schedule(Generation now, JobEntry job, long atNanos) {
        job.nextPoint = atNanos;
        job.scheduled = !job.paused;
        if (job.scheduled) {
            now.timer.schedule(job, atNanos);
        }
    }

    private static void scheduleCron(Generation now, JobEntry job, CronPoints cron, long nowNanos) {
        job.scheduled = !job.paused && cron.hasNext();
        if (job.scheduled) {
            long left = cron.millisLeft();
            now.timer.schedule(job, nowNanos + (left >= CRON_LOOK / MILLI ? CRON_LOOK : left * MILLI));
        }
    }

    /** {@return the run to submit, if any} */
    @Nullable
    Run fire(Generation now, JobEntry job, long nowNanos) {
        Run waiting = job.queued;
        if (waiting != null && waiting.waitsForPermit) {
            tellStarved(waiting, nowNanos);
        }
        if (!job.scheduled || job.paused) {
            return null;
        }
        Trigger trigger = job.spec.trigger();
        if (trigger instanceof Trigger.Every every) {
            return fireEvery(now, job, Deadlines.nanos(every.period()), nowNanos);
        }
        if (job.cron != null) {
            return fireCron(now, job, job.cron, nowNanos);
        }
        job.scheduled = false;
        return startRun(now, job, Fire.SCHEDULED, job.nextPoint, nowNanos);
    }

    private @Nullable Run fireEvery(Generation now, JobEntry job, long period, long nowNanos) {
        long point = job.nextPoint;
        long late = nowNanos - point;
        if (late < period && late < graceNanos(job)) {
            schedule(now, job, point + period);
            return startRun(now, job, Fire.SCHEDULED, point, nowNanos);
        }
        // Points before this one are over; one that is due right now is not late.
        long before = late / period + (late % period == 0 ? 0 : 1);
        long next = point + before * period;
        boolean inTime = late < graceNanos(job);
        boolean makeUp = inTime || job.spec.misfire() == Misfire.RUN_ONCE;
        boolean nextIsNow = next == nowNanos;
        long leftOut = inTime ? before - 1 + (nextIsNow ? 1 : 0) : before;
        if (leftOut > 0) {
            engine.tellMissed(job, leftOut, wallOf(point, nowNanos), late);
        }
        schedule(now, job, nextIsNow ? next + period : next);
        if (makeUp) {
            return startRun(now, job, inTime ? Fire.SCHEDULED : Fire.CATCH_UP, point, nowNanos);
        }
        return nextIsNow ? startRun(now, job, Fire.SCHEDULED, next, nowNanos) : null;
    }

    private @Nullable Run fireCron(Generation now, JobEntry job, CronPoints cron, long nowNanos) {
        long wall = engine.clock.wallMillis();
        CronPoints.Passed passed = cron.look(wall);
        scheduleCron(now, job, cron, nowNanos);
        if (passed == null) {
            return null;
        }
        long late = passed.lateMillis() * MILLI;
        boolean inTime = !passed.recovered() && late < graceNanos(job);
        boolean makeUp = inTime || passed.recovered() || job.spec.misfire() == Misfire.RUN_ONCE;
        boolean lastIsNow = passed.lastIsNow() && !makeUp;
        long leftOut = passed.recovered() ? 0 : passed.count() - (inTime || lastIsNow ? 1 : 0);
        if (leftOut > 0) {
            engine.tellMissed(job, leftOut, passed.firstMillis() * MILLI, late);
        }
        if (makeUp) {
            Fire fire = inTime ? Fire.SCHEDULED : Fire.CATCH_UP;
            return startRun(now, job, fire, nowNanos - late, passed.firstMillis() * MILLI, nowNanos);
        }
        return lastIsNow ? startRun(now, job, Fire.SCHEDULED, nowNanos, passed.lastMillis() * MILLI, nowNanos) : null;
    }

    private long graceNanos(JobEntry job) {
        return Math.max(leastGraceNanos, Deadlines.nanos(job.spec.misfireGrace()));
    }

    private @Nullable Run startRun(Generation now, JobEntry job, Fire fire, long dueNanos, long nowNanos) {
        return startRun(now, job, fire, dueNanos, wallOf(dueNanos, nowNanos), nowNanos);
    }

    private @Nullable Run startRun(
            Generation now, JobEntry job, Fire fire, long dueNanos, long scheduledEpochNanos, long nowNanos) {
        Run run = new Run(job, now, engine.nextRunId(), fire, dueNanos, scheduledEpochNanos, null);
        job.chained = true;
        JobEngine.Admission admission = engine.admit(run, nowNanos);
        if (admission == JobEngine.Admission.LEFT_OUT) {
            afterEnd(now, job, nowNanos);
        }
        return admission == JobEngine.Admission.START ? run : null;
    }

    private long wallOf(long pointNanos, long nowNanos) {
        return engine.clock.wallMillis() * MILLI + (pointNanos - nowNanos);
    }

    /** {@return the point a job waits for, by the wall clock in nanoseconds} */
    long nextEpochNanos(JobEntry job) {
        return job.cron != null ? job.cron.nextMillis() * MILLI : wallOf(job.nextPoint, engine.clock.nanoTime());
    }

    /** Starts the delay to the next run. */
    void afterEnd(Generation now, JobEntry job, long nowNanos) {
        job.chained = false;
        if (!job.removed && job.spec.trigger() instanceof Trigger.WithDelay withDelay) {
            schedule(now, job, nowNanos + Deadlines.nanos(withDelay.delay()));
        }
    }

    void resume(Generation now, JobEntry job, long nowNanos) {
        Trigger trigger = job.spec.trigger();
        if (trigger instanceof Trigger.Every every) {
            long period = Deadlines.nanos(every.period());
            long late = nowNanos - job.nextPoint;
            schedule(now, job, late < 0 ? job.nextPoint : job.nextPoint + (late / period + 1) * period);
        } else if (trigger instanceof Trigger.WithDelay withDelay) {
            if (!job.chained) {
                long late = nowNanos - job.nextPoint;
                schedule(now, job, late < 0 ? job.nextPoint : nowNanos + Deadlines.nanos(withDelay.delay()));
            }
        } else if (job.cron != null) {
            job.cron.skipTo(engine.clock.wallMillis());
            scheduleCron(now, job, job.cron, nowNanos);
        }
    }

    /** A job whose own points do not come while it waits looks after its place in the queue with its idle node. */
    void watchQueue(Run run, long nowNanos) {
        JobEntry job = run.job;
        if (job.spec.trigger() instanceof Trigger.WithDelay && !job.scheduled) {
            run.generation.timer.schedule(job, nowNanos + STARVED_PERIODS * (periodNanos(job) + 1));
        }
    }

    private static long periodNanos(JobEntry job) {
        Trigger trigger = job.spec.trigger();
        if (trigger instanceof Trigger.Every every) {
            return Deadlines.nanos(every.period());
        }
        return trigger instanceof Trigger.WithDelay withDelay
                ? Deadlines.nanos(withDelay.delay())
                : PERIOD_WITHOUT_PERIOD;
    }

    private void tellStarved(Run waiting, long nowNanos) {
        long waited = nowNanos - waiting.queuedNanos;
        Run holder = engine.live.oldest();
        // Divided, not multiplied: ten times a period of decades does not fit.
        if (waiting.starvationTold || holder == null || waited / STARVED_PERIODS <= periodNanos(waiting.job)) {
            return;
        }
        waiting.starvationTold = true;
        engine.events.publish(() -> new JobEvent.Starved(
                engine.name, waiting.job.spec.name(), holder.job.spec.name(), Duration.ofNanos(waited)));
    }
}
