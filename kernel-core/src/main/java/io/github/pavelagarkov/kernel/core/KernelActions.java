package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.log.MdcContextCarrier;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What an operator may do to a running kernel through its host's admin port, if {@code kernel.admin.actions} allows it. Each
 * action is an event with a correlation id of its own, which a run that it starts carries too; so is an attempt that is
 * refused. Thread-safe.
 */
public final class KernelActions {
    private final KernelClock clock;
    private final Schedulers schedulers;
    private final Elections elections;
    private final Events events;
    private final ContextCarrier context = MdcContextCarrier.create();

    KernelActions(KernelClock clock, Schedulers schedulers, Elections elections, Events events) {
        this.clock = clock;
        this.schedulers = schedulers;
        this.elections = elections;
        this.events = events;
    }

    /**
     * Runs a job once, now, and waits for it a while.
     *
     * @param job the job
     * @param atMost how long to wait; zero or positive. The run goes on after that, and its end is in the log.
     * @return its result, whatever it is; empty if it is still running, or the caller was interrupted
     * @throws IllegalArgumentException if there is no such job; names those there are
     * @throws IllegalStateException if its scheduler is not running, as that of an election which another process leads
     */
    public Optional<RunResult> run(String job, Duration atMost) {
        return Waits.most(clock, atMost, acting("run", "job " + job, () -> job(job).runNow()));
    }

    /**
     * Lets no further point start a run of a job.
     *
     * @param job the job
     * @throws IllegalArgumentException if there is no such job; names those there are
     */
    public void pause(String job) {
        var unused = acting("pause", "job " + job, () -> {
            JobHandle handle = job(job);
            handle.pause();
            return handle;
        });
    }

    /**
     * Goes on with the schedule of a job that was paused.
     *
     * @param job the job
     * @throws IllegalArgumentException if there is no such job; names those there are
     */
    public void resume(String job) {
        var unused = acting("resume", "job " + job, () -> {
            JobHandle handle = job(job);
            handle.resume();
            return handle;
        });
    }

    /**
     * Gives leadership up, so that another process takes over.
     *
     * @param name the election
     * @param coolDown how long this process does not compete; zero or positive
     * @return completed when the lease has been released or could not be
     * @throws IllegalArgumentException if there is no such election; names those there are
     * @throws IllegalStateException if the election is closed
     */
    public CompletionStage<Void> stepDown(String name, Duration coolDown) {
        return acting("step-down", "election " + name, () -> election(name).stepDown(coolDown));
    }

    private Election election(String name) {
        return elections.election(name).orElseThrow(() -> unknown("election", name, elections.names()));
    }

    private JobHandle job(String name) {
        Map<String, JobHandle> jobs = new LinkedHashMap<>();
        schedulers.all().values().forEach(scheduler -> scheduler.jobs().forEach(job -> jobs.put(job.name(), job)));
        return Optional.ofNullable(jobs.get(name)).orElseThrow(() -> unknown("job", name, List.copyOf(jobs.keySet())));
    }

    private static IllegalArgumentException unknown(String kind, String name, List<String> known) {
        return new IllegalArgumentException("there is no " + kind + " '" + Check.printable(name) + "', there are "
                + known + Nearest.hint(name, known));
    }

    private <T> T acting(String action, String subject, Supplier<T> act) {
        String id = CorrelationId.generate();
        try (ContextCarrier.Scope opened = context.clean().open(Map.of(CorrelationId.KEY, id))) {
            T result = act.get();
            events.publish(() -> new KernelEvent.ActionTaken(action, subject, id));
            return result;
        } catch (RuntimeException e) {
            events.publish(() -> new KernelEvent.ActionRefused(action, subject, id, e));
            throw e;
        }
    }
}
