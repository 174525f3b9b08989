package io.github.pavelagarkov.kernel.core.internal.metrics;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Counts and measures what events tell. Everything that is known at the start is there from then on, with 0.
 *
 * <p>Series may be added from any thread; events come one at a time.
 */
public final class EventMeters implements KernelListener {
    private static final Map<HookOutcome, String> HOOKS = new EnumMap<>(Map.of(
            HookOutcome.OK, "ok",
            HookOutcome.LATE_OK, "ok",
            HookOutcome.FAILED, "failed",
            HookOutcome.TIMED_OUT, "timed_out",
            HookOutcome.ABANDONED, "abandoned"));

    /** Leadership that was given up on purpose. */
    private static final Set<DemotionReason> RESIGNED = EnumSet.of(DemotionReason.CLOSED, DemotionReason.STEPPED_DOWN);

    /** Finds what has come since the start. */
    public interface Finder {
        /**
         * {@return a job; empty if it is none of the service's, or gone}
         *
         * @param scheduler its scheduler
         * @param job its name
         */
        Optional<JobHandle> job(String scheduler, String job);

        /** Adds the series of whatever is new. */
        void refresh();
    }

    private final MeterBoard board;
    private final Finder finder;
    private final Supplier<Instant> now;
    private final Map<String, JobMeters> jobs = new ConcurrentHashMap<>();
    /** Those that have been looked for: to look costs as much as there is of everything. */
    private final Set<String> elections = ConcurrentHashMap.newKeySet();

    private final Set<String> conditions = ConcurrentHashMap.newKeySet();

    /**
     * Creates it without a series.
     *
     * @param board where they go
     * @param finder finds what nothing has told of
     * @param now the wall clock
     */
    public EventMeters(MeterBoard board, Finder finder, Supplier<Instant> now) {
        this.board = board;
        this.finder = finder;
        this.now = now;
        var unused = board.counter(KernelMeter.FATAL);
    }

    /**
     * Adds the series of a job, unless they are there.
     *
     * @param scheduler its scheduler
     * @param job its name
     */
    public void addJob(String scheduler, String job) {
        if (!jobs.containsKey(job) && jobs.size() < MeterBoard.MOST_NAMES) {
            jobs.computeIfAbsent(
                    job,
                    name -> new JobMeters(
                            board, name, () -> finder.job(scheduler, name), now.get(), () -> jobs.remove(name)));
        }
    }

    /**
     * Adds the series of an election, unless they are there.
     *
     * @param election its name
     */
    public void addElection(String election) {
        elections.add(election);
        KernelMeter.LEADER_TRANSITION
                .labels()
                .get(1)
                .allowed()
                .forEach(transition -> board.counter(KernelMeter.LEADER_TRANSITION, election, transition));
        var unusedTrouble = board.counter(KernelMeter.LEADER_TROUBLE, election);
        var unusedOverrun = board.counter(KernelMeter.LEADER_OVERRUN, election);
    }

    /**
     * Takes note that a component is known.
     *
     * @param condition its name
     */
    public void addCondition(String condition) {
        conditions.add(condition);
    }

    /**
     * Adds the series of a shutdown hook, unless they are there.
     *
     * @param hook its name
     */
    public void addHook(String hook) {
        HOOKS.values().forEach(outcome -> board.counter(KernelMeter.SHUTDOWN_HOOK, hook, outcome));
        var unused = board.histogram(MeterSeries.of(KernelMeter.SHUTDOWN_HOOK_DURATION, hook));
    }

    /**
     * Adds the series of a pool of connections to ClickHouse, unless they are there.
     *
     * @param pool its name
     */
    public void addClickHouse(String pool) {
        KernelMeter.CLICKHOUSE_FAILURE
                .labels()
                .get(1)
                .allowed()
                .forEach(verdict -> board.counter(KernelMeter.CLICKHOUSE_FAILURE, pool, verdict));
        var unusedDone = board.counter(KernelMeter.CLICKHOUSE_RECONNECT, pool, "done");
        var unusedFailed = board.counter(KernelMeter.CLICKHOUSE_RECONNECT, pool, "failed");
    }

    /**
     * Adds the series of a listener, unless they are there.
     *
     * @param listener its name
     */
    public void addListener(String listener) {
        var unused = board.counter(KernelMeter.LISTENER_LOST, listener);
    }

    @Override
    public void onJobFinished(JobEvent.Finished event) {
        String name = event.result().job();
        JobMeters job = jobs.get(name);
        if (job == null) {
            if (finder.job(event.scheduler(), name).isEmpty()) {
                return;
            }
            addJob(event.scheduler(), name);
            job = jobs.get(name);
        }
        if (job != null) {
            job.finished(event.result());
        }
    }

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        board.counter(KernelMeter.LEADER_TRANSITION, event.term().election(), "acquired")
                .accept(1);
        lookFor(event.term().election());
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        String how = RESIGNED.contains(event.reason()) ? "resigned" : "lost";
        board.counter(KernelMeter.LEADER_TRANSITION, event.term().election(), how)
                .accept(1);
    }

    @Override
    public void onElectionTrouble(LeaderEvent.Trouble event) {
        board.counter(KernelMeter.LEADER_TROUBLE, event.election()).accept(1);
        lookFor(event.election());
    }

    private void lookFor(String election) {
        if (elections.add(election)) {
            finder.refresh();
        }
    }

    @Override
    public void onWorkOverrun(LeaderEvent.WorkOverrun event) {
        board.counter(KernelMeter.LEADER_OVERRUN, event.term().election()).accept(1);
    }

    @Override
    public void onReadinessChanged(KernelEvent.ReadinessChanged event) {
        if (conditions.addAll(event.current().components().keySet())) {
            finder.refresh();
        }
    }

    @Override
    public void onShutdownStarted(ShutdownEvent.Started event) {
        event.plan().hooks().forEach(hook -> addHook(hook.name()));
    }

    @Override
    public void onHookFinished(ShutdownEvent.HookFinished event) {
        HookResult hook = event.result();
        String outcome = HOOKS.get(hook.outcome());
        if (outcome != null) {
            board.counter(KernelMeter.SHUTDOWN_HOOK, hook.name(), outcome).accept(1);
            board.histogram(MeterSeries.of(KernelMeter.SHUTDOWN_HOOK_DURATION, hook.name()))
                    .accept(JobMeters.seconds(hook.took()));
        }
    }

    @Override
    public void onClickHouseAttemptFailed(ClickHouseEvent.AttemptFailed event) {
        String verdict = event.verdict().action().name().toLowerCase(Locale.ROOT);
        board.counter(KernelMeter.CLICKHOUSE_FAILURE, event.pool(), verdict).accept(1);
    }

    @Override
    public void onClickHouseReconnected(ClickHouseEvent.Reconnected event) {
        board.counter(KernelMeter.CLICKHOUSE_RECONNECT, event.pool(), "done").accept(1);
    }

    @Override
    public void onClickHouseReconnectFailed(ClickHouseEvent.ReconnectFailed event) {
        board.counter(KernelMeter.CLICKHOUSE_RECONNECT, event.pool(), "failed").accept(1);
    }

    @Override
    public void onFatal(KernelEvent.Fatal event) {
        board.counter(KernelMeter.FATAL).accept(1);
    }

    @Override
    public void onListenerTrouble(KernelEvent.ListenerTrouble event) {
        board.counter(KernelMeter.LISTENER_LOST, event.listener()).accept(event.dropped() + event.failed());
    }
}
