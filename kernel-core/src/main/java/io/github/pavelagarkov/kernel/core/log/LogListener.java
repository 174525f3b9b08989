package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Turns every event into one line that names its subject first.
 *
 * <p>ERROR: a person must act. WARN: degraded, goes on. INFO: lifecycle changes only. DEBUG: every run. Not thread-safe:
 * called by one thread at a time, as every listener.
 *
 * @see <a href="SPEC.md">SPEC.md LG-1 to LG-4</a>
 */
public final class LogListener implements KernelListener {
    private final Logger logger;
    private final ClickHouseLines clickHouse;
    private final Function<String, String> electionDetail;
    private final Consumer<String> onFatal;
    private Duration budget = ShutdownSpec.defaults().budget();

    private LogListener(Logger logger, Function<String, String> electionDetail, Consumer<String> onFatal) {
        this.logger = logger;
        this.clickHouse = new ClickHouseLines(logger);
        this.electionDetail = electionDetail;
        this.onFatal = onFatal;
    }

    /** {@return a listener that writes to the logger {@code kernel}} */
    public static LogListener create() {
        return to(Loggers.named("kernel"));
    }

    /**
     * {@return a listener that writes to a logger; to {@link System.Logger} {@code kernel} where slf4j has no provider}
     *
     * @param logger where the lines go
     */
    public static LogListener to(Logger logger) {
        return new LogListener(Loggers.audible(Check.notNull("logger", logger)), election -> "", reason -> {});
    }

    /**
     * {@return this listener with more to say when an election is won}
     *
     * @param detail told the election's name, returns for instance {@code lease 15 s}; empty for nothing
     */
    public LogListener withElectionDetail(Function<String, String> detail) {
        return new LogListener(logger, Check.notNull("election detail", detail), onFatal);
    }

    /**
     * {@return this listener with a host that shuts down on fatal errors}
     *
     * @param requestShutdown asks the host for a shutdown with exit code 1, told why; must not block
     */
    public LogListener withShutdownRequest(Consumer<String> requestShutdown) {
        return new LogListener(logger, electionDetail, Check.notNull("shutdown request of the log", requestShutdown));
    }

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        Term term = event.term();
        String detail = electionDetail.apply(term.election());
        logger.info(
                "election {} won, fencing token {}{}",
                term.election(),
                term.fencingToken(),
                detail.isEmpty() ? "" : ", " + detail);
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        // Given up on purpose is life; taken away is trouble.
        Level level = event.reason().leaseHeld() ? Level.INFO : Level.WARN;
        logger.atLevel(level)
                .log(
                        "election {} lost ({}) after {}, fencing token {}, {}",
                        event.term().election(),
                        event.reason(),
                        Durations.text(event.held()),
                        event.term().fencingToken(),
                        event.released() ? "lease released" : "lease not released, it expires by itself");
    }

    @Override
    public void onElectionTrouble(LeaderEvent.Trouble event) {
        logger.warn("election {} cannot reach its store: {}", event.election(), LogTexts.message(event.cause()));
        logger.debug("election {} cannot reach its store, stack", event.election(), event.cause());
    }

    @Override
    public void onElectionRecovered(LeaderEvent.Recovered event) {
        logger.info(
                "election {} reaches its store again after {} and {} failed calls",
                event.election(),
                Durations.text(event.after()),
                event.failures());
    }

    @Override
    public void onReleasesUnheard(LeaderEvent.ReleasesUnheard event) {
        logger.warn(
                "leases: releases are not heard, so a hand-over takes up to poll-max: {}",
                LogTexts.message(event.cause()));
    }

    @Override
    public void onReleasesHeard(LeaderEvent.ReleasesHeard event) {
        logger.info("leases: releases are heard again after {}", Durations.text(event.after()));
    }

    @Override
    public void onElectionCallbackFailed(LeaderEvent.CallbackFailed event) {
        logger.error(
                "election {} callback {} failed, fencing token {}",
                event.term().election(),
                Check.printable(event.callback()),
                event.term().fencingToken(),
                event.error());
    }

    @Override
    public void onWorkOverrun(LeaderEvent.WorkOverrun event) {
        logger.error(
                "election {} work goes on without a lease, fencing token {}, thread {}, stuck at:{}",
                event.term().election(),
                event.term().fencingToken(),
                Check.printable(event.thread()),
                LogTexts.frames(event.frames()));
    }

    @Override
    public void onLockTrouble(LeaderEvent.LockTrouble event) {
        logger.warn(
                "lock {} in trouble, fencing token {}: {}",
                Check.printable(event.lock()),
                event.fencingToken(),
                Check.printable(event.trouble()));
    }

    @Override
    public void onJobFinished(JobEvent.Finished event) {
        RunResult run = event.result();
        // They end by the thousand, and mostly nobody reads of it.
        Object took = Durations.onceWritten(run.took());
        switch (run.outcome()) {
            case SUCCESS -> logger.debug("job {} run {} succeeded after {}", run.job(), run.runId(), took);
            case SKIPPED_OVERLAP, SKIPPED_NOT_LEADER ->
                logger.debug("job {} skipped a run: {}", run.job(), run.outcome());
            case CANCELLED -> logger.debug("job {} run {} cancelled after {}", run.job(), run.runId(), took);
            case REJECTED ->
                // With its cause: the scheduler says this at most once a minute.
                withError(Level.WARN, "job " + run.job() + " run " + run.runId() + " got no thread", run);
            case TIMED_OUT ->
                logger.warn(
                        "job {} run {} timed out after {}",
                        run.job(),
                        run.runId(),
                        took,
                        run.error().orElse(null));
            case FAILED ->
                withError(Level.ERROR, "job " + run.job() + " run " + run.runId() + " failed after " + took, run);
            case ABANDONED ->
                logger.error("job {} run {} left behind still running after {}", run.job(), run.runId(), took);
        }
    }

    private void withError(Level level, String text, RunResult run) {
        logger.atLevel(level).setCause(run.error().orElse(null)).log(text);
    }

    @Override
    public void onJobMissed(JobEvent.Missed event) {
        logger.warn(
                "job {} missed {} points since {}, dispatcher late by {}",
                event.job(),
                event.count(),
                event.oldest(),
                Durations.text(event.late()));
    }

    @Override
    public void onJobStuck(JobEvent.Stuck event) {
        logger.warn(
                "job {} run {} ignores its cancellation, running for {} on thread {}, stuck at:{}",
                event.job(),
                event.runId(),
                Durations.text(event.running()),
                Check.printable(event.thread()),
                LogTexts.frames(event.frames()));
    }

    @Override
    public void onJobStarved(JobEvent.Starved event) {
        logger.warn(
                "job {} has waited {} for a permit of scheduler {}, held longest by job {}",
                event.waiting(),
                Durations.text(event.waited()),
                event.scheduler(),
                event.holding());
    }

    @Override
    public void onSchedulerStopped(JobEvent.SchedulerStopped event) {
        StopReport report = event.report();
        String left = report.abandoned().stream()
                .map(run -> run.job() + " run " + run.runId())
                .collect(Collectors.joining(", ", "[", "]"));
        logger.atLevel(report.clean() ? Level.INFO : Level.WARN)
                .log(
                        "scheduler {} stopped after {}: {} completed, {} cancelled, {} dropped, {} abandoned{}",
                        report.scheduler(),
                        Durations.text(report.took()),
                        report.completed(),
                        report.cancelled(),
                        report.droppedQueued(),
                        report.abandoned().size(),
                        report.clean() ? "" : " " + left);
    }

    @Override
    public void onFatal(KernelEvent.Fatal event) {
        String component = Check.printable(event.component());
        logger.error("{} fatal error", component, event.error());
        onFatal.accept(component + ": " + event.error().getClass().getName());
    }

    @Override
    public void onTaskFailed(KernelEvent.TaskFailed event) {
        logger.error("background task {} failed", Check.printable(event.task()), event.error());
    }

    @Override
    public void onStarted(KernelEvent.Started event) {
        logger.info(
                "kernel {}{} started on {}: {} shutdown hooks, set terminationGracePeriodSeconds >= {}",
                event.application().isEmpty() ? "" : event.application() + " ",
                event.identity(),
                event.host(),
                event.plan().hooks().size(),
                event.gracePeriod().plusSeconds(1).minusNanos(1).toSeconds());
        if (!event.report().isEmpty()) {
            logger.info("kernel {} runs:\n{}", event.identity(), event.report());
        }
        event.warnings().forEach(warning -> logger.warn("kernel configuration: {}", warning));
    }

    @Override
    public void onActionTaken(KernelEvent.ActionTaken event) {
        logger.info(
                "operator asked to {} {}, correlation id {}",
                event.action(),
                Check.printable(event.subject()),
                event.correlationId());
    }

    @Override
    public void onActionRefused(KernelEvent.ActionRefused event) {
        logger.warn(
                "operator asked to {} {}, which was refused: {}, correlation id {}",
                event.action(),
                Check.printable(event.subject()),
                LogTexts.message(event.error()),
                event.correlationId());
    }

    @Override
    public void onShutdownStarted(ShutdownEvent.Started event) {
        budget = event.plan().spec().budget();
        logger.info(
                "shutdown ({}) begins: {} hooks, budget {}, drain delay {}",
                Check.printable(event.reason()),
                event.plan().hooks().size(),
                Durations.text(budget),
                Durations.text(event.plan().spec().drainDelay()));
    }

    @Override
    public void onHookFinished(ShutdownEvent.HookFinished event) {
        HookResult hook = event.result();
        String took = Durations.text(hook.took());
        switch (hook.outcome()) {
            case OK, LATE_OK, NOT_RUN ->
                logger.info("hook {} ({}) {} after {}", hook.name(), hook.priority(), hook.outcome(), took);
            case FAILED, TIMED_OUT ->
                logger.atWarn()
                        .setCause(hook.error().orElse(null))
                        .log("hook {} ({}) {} after {}", hook.name(), hook.priority(), hook.outcome(), took);
            case ABANDONED ->
                logger.error(
                        "hook {} ({}) ABANDONED after {}, it ignores its interrupt, stuck at:{}",
                        hook.name(),
                        hook.priority(),
                        took,
                        LogTexts.frames(hook.stuckAt()));
        }
    }

    @Override
    public void onShutdownFinished(ShutdownEvent.Finished event) {
        ShutdownReport report = event.report();
        logger.atLevel(report.clean() ? Level.INFO : Level.WARN)
                .log(
                        "shutdown ({}) took {} of {}: {}",
                        Check.printable(report.reason()),
                        Durations.text(report.took()),
                        Durations.text(budget),
                        LogTexts.outcomes(report));
    }

    @Override
    public void onReadinessChanged(KernelEvent.ReadinessChanged event) {
        ReadinessSnapshot now = event.current();
        boolean flipped = event.previous().ready() != now.ready();
        if (flipped && now.ready()) {
            logger.info(
                    "readiness up: all {} components are ready",
                    now.components().size());
        } else if (flipped) {
            // Going down in a stop is meant; while running it is not.
            Level level = now.state() == ReadinessBarrier.State.RUNNING ? Level.WARN : Level.INFO;
            logger.atLevel(level).log("readiness down: {}", Check.printable(now.reason()));
        } else {
            logger.debug("readiness still {}: {}", now.ready() ? "up" : "down", Check.printable(now.reason()));
        }
    }

    @Override
    public void onClickHouseAttemptFailed(ClickHouseEvent.AttemptFailed event) {
        clickHouse.attemptFailed(event);
    }

    @Override
    public void onClickHouseReconnected(ClickHouseEvent.Reconnected event) {
        clickHouse.reconnected(event);
    }

    @Override
    public void onClickHouseReconnectFailed(ClickHouseEvent.ReconnectFailed event) {
        clickHouse.reconnectFailed(event);
    }

    @Override
    public void onClickHouseDrained(ClickHouseEvent.Drained event) {
        clickHouse.drained(event);
    }

    @Override
    public void onListenerTrouble(KernelEvent.ListenerTrouble event) {
        logger.atWarn()
                .setCause(event.error().orElse(null))
                .log(
                        "listener {} lost {} events and failed {} times since the last report",
                        Check.printable(event.listener()),
                        event.dropped(),
                        event.failed());
    }
}
