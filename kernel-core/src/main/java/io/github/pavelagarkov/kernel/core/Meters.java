package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerQueues;
import io.github.pavelagarkov.kernel.core.internal.host.Liveness;
import io.github.pavelagarkov.kernel.core.internal.metrics.EventMeters;
import io.github.pavelagarkov.kernel.core.internal.metrics.MeterBoard;
import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The figures of one kernel: what its parts say when they are asked, and what events tell. Opened once, closed once. */
final class Meters {
    static final String LISTENER = "metrics";
    private static final String ALL = "all";

    private final List<Supplier<? extends MeterSink>> sinks;
    private final List<String> listenerNames = new ArrayList<>(List.of(KernelBuilder.LOG_LISTENER, LISTENER));
    private final KernelClock clock;
    private final Events events;
    private final ReadinessBarrier readiness;
    private final Liveness liveness;
    private final ShutdownRegistry shutdown;
    private final Schedulers schedulers;
    private final Elections elections;
    private final Backends backends;
    private volatile @Nullable MeterBoard board;
    private volatile @Nullable EventMeters counted;
    private volatile boolean closed;

    Meters(
            Plan plan,
            Events events,
            ReadinessBarrier readiness,
            Liveness liveness,
            ShutdownRegistry shutdown,
            Schedulers schedulers,
            Elections elections,
            Backends backends) {
        this.sinks = List.copyOf(plan.meterSinks);
        this.listenerNames.addAll(plan.listeners.keySet());
        this.clock = plan.clock;
        this.events = events;
        this.readiness = readiness;
        this.liveness = liveness;
        this.shutdown = shutdown;
        this.schedulers = schedulers;
        this.elections = elections;
        this.backends = backends;
    }

    /** Begins to count. Without a sink there is nothing, and nothing to pay. */
    void open(ListenerQueues listeners) {
        List<MeterSink> opened = new ArrayList<>();
        for (Supplier<? extends MeterSink> sink : sinks) {
            guarded(() -> opened.add(sink.get()));
        }
        if (!opened.isEmpty()) {
            MeterBoard open = new MeterBoard(opened, this::failed);
            EventMeters listener = new EventMeters(open, new Parts(), this::now);
            board = open;
            counted = listener;
            if (closed) {
                // A stop has come before there was anything to close.
                open.close();
                return;
            }
            refresh();
            guarded(() -> listeners.add(LISTENER, listener));
        }
    }

    /** Adds the series of whatever has come since; those that are there stay. */
    void refresh() {
        MeterBoard open = board;
        EventMeters listener = counted;
        if (open != null && listener != null) {
            guarded(() -> addAll(open, listener));
        }
    }

    private void addAll(MeterBoard open, EventMeters listener) {
        addState(open);
        addConditions(open, listener);
        // One that leads nothing is never joined: its 0 would look like an election without a leader.
        elections.names().stream().filter(elections::leads).forEach(name -> addElection(open, listener, name));
        schedulers
                .all()
                .forEach((name, scheduler) -> scheduler.jobs().forEach(job -> listener.addJob(name, job.name())));
        shutdown.plan().hooks().forEach(hook -> listener.addHook(hook.name()));
        listenerNames.forEach(listener::addListener);
        addPools(open, listener);
    }

    /** A service runs without its figures: parts of its own may throw when they are asked. */
    private void guarded(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    void close() {
        closed = true;
        MeterBoard open = board;
        if (open != null) {
            open.close();
        }
    }

    private void failed(Throwable error) {
        events.publish(() -> new KernelEvent.TaskFailed(LISTENER, error));
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }

    private void addState(MeterBoard open) {
        open.gauge(
                MeterSeries.of(KernelMeter.LIVENESS_STATE),
                () -> liveness.reason().isEmpty() ? 1 : 0);
        open.gauge(MeterSeries.of(KernelMeter.SHUTDOWN_STATE), this::shutdownState);
    }

    private double shutdownState() {
        return switch (shutdown.state()) {
            case RUNNING -> 0;
            case DRAINING -> 1;
            case STOPPING -> 2;
            case STOPPED -> 3;
        };
    }

    private void addConditions(MeterBoard open, EventMeters listener) {
        open.gauge(MeterSeries.of(KernelMeter.READINESS_STATE, ALL), () -> readiness.isReady() ? 1 : 0);
        for (String condition : readiness.snapshot().components().keySet()) {
            listener.addCondition(condition);
            if (!condition.equals(ALL)) {
                open.gauge(MeterSeries.of(KernelMeter.READINESS_STATE, condition), () -> {
                    ReadinessSnapshot.Status now =
                            readiness.snapshot().components().get(condition);
                    return now != null && now.ready() ? 1 : 0;
                });
            }
        }
    }

    private void addElection(MeterBoard open, EventMeters listener, String name) {
        listener.addElection(name);
        open.gauge(MeterSeries.of(KernelMeter.LEADER_STATE, name), () -> leads(name) ? 1 : 0);
        open.gauge(MeterSeries.of(KernelMeter.LEADER_UNKNOWN, name), () -> isUnknown(name) ? 1 : 0);
        open.gauge(
                MeterSeries.of(KernelMeter.LEADER_LEASE_REMAINING, name),
                () -> elections
                        .election(name)
                        .map(Election::remaining)
                        .map(Meters::seconds)
                        .orElse(0.0));
    }

    private boolean leads(String election) {
        return elections.election(election).filter(Election::isLeader).isPresent();
    }

    private boolean isUnknown(String election) {
        return elections
                .election(election)
                .map(Election::status)
                .filter(LeadershipStatus.Unknown.class::isInstance)
                .isPresent();
    }

    private void addPools(MeterBoard open, EventMeters listener) {
        backends.pools().all().forEach((name, pool) -> {
            guarded(() -> {
                // One over connections of somebody else may not know how many there are.
                if (pool.stats().isPresent()) {
                    addPool(open, name, "postgresql", pool::stats);
                }
            });
        });
        backends.clickHouse().all().forEach((name, pool) -> {
            listener.addClickHouse(name);
            addPool(open, name, "clickhouse", () -> Optional.of(pool.stats()));
        });
    }

    private static void addPool(MeterBoard open, String name, String system, Supplier<Optional<PoolStats>> stats) {
        open.gauge(MeterSeries.of(KernelMeter.POOL_CONNECTIONS, name, system, "used"), of(stats, PoolStats::active));
        open.gauge(MeterSeries.of(KernelMeter.POOL_CONNECTIONS, name, system, "idle"), of(stats, PoolStats::idle));
        open.gauge(MeterSeries.of(KernelMeter.POOL_MAX, name, system), of(stats, PoolStats::max));
        open.gauge(MeterSeries.of(KernelMeter.POOL_PENDING, name, system), of(stats, PoolStats::waiting));
    }

    private static DoubleSupplier of(Supplier<Optional<PoolStats>> stats, ToDoubleFunction<PoolStats> figure) {
        return () -> stats.get().map(figure::applyAsDouble).orElse(Double.NaN);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** Looks at the parts again: jobs and elections may come and go. */
    private final class Parts implements EventMeters.Finder {
        @Override
        public Optional<JobHandle> job(String scheduler, String job) {
            JobScheduler found = schedulers.all().get(scheduler);
            return found == null ? Optional.empty() : found.job(job);
        }

        @Override
        public void refresh() {
            Meters.this.refresh();
        }
    }
}
