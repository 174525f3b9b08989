package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.cron.CronExpression;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs from one heap of points of time: one thread tells what is due, each run has a thread of its own, or that of
 * short runs before it. Thread-safe.
 */
public final class HeapJobScheduler implements JobScheduler {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final JobEngine engine;
    private final KernelThreads threads;
    // Guarded by the engine's lock.
    private final Map<String, JobEntry> jobs = new LinkedHashMap<>();
    private State state = State.NEW;
    private boolean closing;
    private @Nullable StopProcedure stop;

    private HeapJobScheduler(JobEngine engine, KernelThreads threads) {
        this.engine = engine;
        this.threads = threads;
    }

    /**
     * {@return a scheduler without jobs, not started}
     *
     * @param spec its settings
     * @param clock tells the time
     * @param threads makes the threads of dispatcher and runs
     * @param carriers carry contexts to runs, outermost first
     * @param events told what happens
     */
    public static HeapJobScheduler create(
            SchedulerSpec spec,
            KernelClock clock,
            KernelThreads threads,
            List<ContextCarrier> carriers,
            Events events) {
        return new HeapJobScheduler(new JobEngine(clock, threads, carriers, spec, events), threads);
    }

    @Override
    public String name() {
        return engine.name;
    }

    @Override
    public State state() {
        engine.lock.lock();
        try {
            return state;
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public JobHandle register(JobSpec spec) {
        Check.notNull("job of scheduler '" + engine.name + "'", spec);
        JobEntry job = new JobEntry(engine, spec, cronPoints(spec));
        engine.lock.lock();
        try {
            if (state == State.CLOSED || closing) {
                throw refused("register job '" + spec.name() + "'");
            }
            if (jobs.containsKey(spec.name())) {
                throw new IllegalArgumentException(
                        "job '" + spec.name() + "' is already registered in scheduler '" + engine.name + "'");
            }
            if (engine.leftovers.containsKey(spec.name())) {
                throw new IllegalStateException("job '" + spec.name() + "' was unregistered from scheduler '"
                        + engine.name + "' but a run of it is still alive");
            }
            jobs.put(spec.name(), job);
            Generation now = engine.generation;
            if (now != null && !now.stopping) {
                engine.begin(job, now, engine.clock.nanoTime());
            }
        } finally {
            engine.lock.unlock();
        }
        return new EntryHandle(job, this);
    }

    private static @Nullable CronPoints cronPoints(JobSpec spec) {
        if (!(spec.trigger() instanceof Trigger.Cron cron)) {
            return null;
        }
        try {
            return new CronPoints(CronExpression.parse(cron.expression(), cron.zone()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("trigger of job '" + spec.name() + "': " + e.getMessage(), e);
        }
    }

    private IllegalStateException refused(String what) {
        return new IllegalStateException(
                "scheduler '" + engine.name + "' cannot " + what + ", it is " + (closing ? State.CLOSED : state));
    }

    @Override
    public boolean unregister(String name, Duration maxWait) {
        Check.notNegative("maxWait of unregister '" + name + "'", maxWait);
        JobEntry job;
        engine.lock.lock();
        try {
            job = jobs.remove(name);
            if (job != null) {
                // At once with the removal: whoever registers that name again must see the runs that are left.
                Removal.mark(job);
            }
        } finally {
            engine.lock.unlock();
        }
        return job != null && new Removal(engine, job).run(maxWait);
    }

    @Override
    public Optional<JobHandle> job(String name) {
        engine.lock.lock();
        try {
            return Optional.ofNullable(jobs.get(name)).map(job -> new EntryHandle(job, this));
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public List<JobHandle> jobs() {
        engine.lock.lock();
        try {
            List<JobHandle> all = new ArrayList<>(jobs.size());
            jobs.values().forEach(job -> all.add(new EntryHandle(job, this)));
            return List.copyOf(all);
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public void start() {
        begin(null);
    }

    @Override
    public void start(LeaderScope scope) {
        begin(Check.notNull("scope of scheduler '" + engine.name + "'", scope));
    }

    private void begin(@Nullable LeaderScope scope) {
        if (!mayBegin()) {
            return;
        }
        // Made before anything changes: a container that has stopped refuses here, and then nothing has happened.
        Generation generation = new Generation(engine, threads, scope);
        engine.lock.lock();
        try {
            if (!mayBegin()) {
                return;
            }
            long now = engine.clock.nanoTime();
            jobs.values().forEach(job -> engine.begin(job, generation, now));
            generation.timer.start();
            engine.generation = generation;
            state = State.RUNNING;
        } finally {
            engine.lock.unlock();
        }
    }

    private boolean mayBegin() {
        engine.lock.lock();
        try {
            if (state == State.CLOSED || closing || state == State.STOPPING) {
                throw refused("start");
            }
            return state != State.RUNNING;
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public StopReport stop(Duration maxWait) {
        return stop(maxWait, CancelReason.STOP);
    }

    @Override
    public StopReport stop(Duration maxWait, CancelReason reason) {
        Check.positive("maxWait of stop of scheduler '" + engine.name + "'", maxWait);
        Check.notNull("reason of stop of scheduler '" + engine.name + "'", reason);
        StopProcedure procedure;
        StopProcedure.@Nullable First first = null;
        List<Run> asked = List.of();
        engine.lock.lock();
        try {
            Generation generation = engine.generation;
            if (generation == null) {
                return new StopReport(engine.name, Duration.ZERO, 0, 0, 0, StopProcedure.stillAlive(engine));
            }
            if (stop == null) {
                procedure = new StopProcedure(engine, generation, maxWait, reason);
                stop = procedure;
                state = State.STOPPING;
                first = procedure.begin();
            } else {
                procedure = stop;
                asked = procedure.join(maxWait, reason);
            }
        } finally {
            engine.lock.unlock();
        }
        if (first == null) {
            StopProcedure.cancel(asked);
            engine.ended.signalAll();
            return procedure.awaitReport(maxWait);
        }
        return drive(procedure, first);
    }

    private StopReport drive(StopProcedure procedure, StopProcedure.First first) {
        StopProcedure.cancel(first.toCancel());
        engine.endDropped(first.notStarted());
        procedure.drive();
        List<Run> abandoned;
        engine.lock.lock();
        try {
            abandoned = procedure.finish();
            stop = null;
            state = closing ? State.CLOSED : State.STOPPED;
        } finally {
            engine.lock.unlock();
        }
        engine.ended.signalAll();
        first.queued().forEach(run -> JobEngine.complete(run, Outcome.CANCELLED));
        abandoned.forEach(run -> JobEngine.complete(run, Outcome.ABANDONED));
        return procedure.report();
    }

    @Override
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        Check.positive("atMost of awaitIdle of scheduler '" + engine.name + "'", atMost);
        engine.lock.lock();
        try {
            engine.waiters++;
        } finally {
            engine.lock.unlock();
        }
        try {
            return engine.ended.await(this::isIdle, Deadlines.after(engine.clock, atMost));
        } finally {
            engine.lock.lock();
            try {
                engine.waiters--;
            } finally {
                engine.lock.unlock();
            }
        }
    }

    private boolean isIdle() {
        engine.lock.lock();
        try {
            Run own = engine.live.ofCurrentThread();
            return engine.live.all(run -> run != own).isEmpty();
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public void close() {
        engine.lock.lock();
        try {
            closing = true;
        } finally {
            engine.lock.unlock();
        }
        stop(CLOSE_WAIT);
        engine.lock.lock();
        try {
            if (state != State.STOPPING) {
                state = State.CLOSED;
            }
        } finally {
            engine.lock.unlock();
        }
    }
}
