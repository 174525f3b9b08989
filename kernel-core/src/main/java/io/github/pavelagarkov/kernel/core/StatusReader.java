package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan.PlannedHook;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the picture of a kernel that its page shows. Thread-safe; waits for nothing. */
final class StatusReader {
    /** What a status is read from. */
    record Parts(
            Plan plan,
            String identity,
            ShutdownRegistry shutdown,
            Supplier<ReadinessSnapshot> readiness,
            Backends backends,
            Supplier<Optional<String>> notLive,
            BooleanSupplier started) {}

    /** A page with more of them helps nobody, and to make it would cost the process something. */
    static final int MOST = 500;

    private final Parts parts;
    private final ElectionStatuses elections;
    private final JobStatuses jobs;
    private final BackendLooks backendLooks;
    private final StatusHistory history;

    StatusReader(
            Parts parts,
            ElectionStatuses elections,
            JobStatuses jobs,
            BackendLooks backendLooks,
            StatusHistory history) {
        this.parts = parts;
        this.elections = elections;
        this.jobs = jobs;
        this.backendLooks = backendLooks;
        this.history = history;
    }

    KernelStatus read() {
        List<KernelStatus.Election> electionsNow = elections.read(MOST);
        List<KernelStatus.Job> jobsNow = jobs.read(MOST);
        KernelStatus asked = new KernelStatus(
                Instant.ofEpochMilli(parts.plan.clock.wallMillis()),
                process(),
                List.of(),
                readiness(parts.readiness.get()),
                electionsNow,
                jobsNow,
                Math.max(0, elections.count() - electionsNow.size() + jobs.count() - jobsNow.size()),
                shutdown(),
                pools(),
                backendLooks.now(),
                settings());
        return Reasons.added(asked);
    }

    private KernelStatus.Instance process() {
        return new KernelStatus.Instance(
                parts.plan.config.application(),
                parts.identity,
                parts.plan.host.name(),
                parts.started.getAsBoolean(),
                parts.notLive.get());
    }

    private static KernelStatus.Readiness readiness(ReadinessSnapshot now) {
        return new KernelStatus.Readiness(
                now.ready(),
                now.reason(),
                now.since(),
                now.components().entrySet().stream()
                        .map(part -> new KernelStatus.Component(
                                part.getKey(),
                                part.getValue().ready(),
                                part.getValue().reason(),
                                part.getValue().since()))
                        .toList());
    }

    // ---- the stop

    private KernelStatus.Shutdown shutdown() {
        ShutdownRegistry registry = parts.shutdown;
        KernelConfig.Shutdown configured = parts.plan.config.shutdown();
        Duration wait = parts.plan.host.requestWait();
        ShutdownRegistry.State state = registry.state();
        return new KernelStatus.Shutdown(
                word(state),
                configured.spec().budget(),
                configured.spec().drainDelay(),
                wait,
                configured.needed(wait),
                configured.gracePeriod(),
                configured.gracePeriodWarning(wait),
                state == ShutdownRegistry.State.RUNNING ? Optional.empty() : Optional.of(registry.remaining()),
                hooks());
    }

    /** A plan has what is still to come alone: once the stop has begun, the history knows the rest. */
    private List<KernelStatus.Hook> hooks() {
        Optional<ShutdownReport> report = parts.shutdown.report();
        Map<String, HookResult> ended = new LinkedHashMap<>();
        report.map(ShutdownReport::hooks).orElseGet(history::hooks).forEach(result -> ended.put(result.name(), result));
        Map<String, PlannedHook> waiting = new LinkedHashMap<>();
        parts.shutdown.plan().hooks().forEach(hook -> waiting.put(hook.name(), hook));
        Map<String, KernelStatus.Hook> all = new LinkedHashMap<>();
        // What was taken back while the stop went on has no result, and will have none.
        history.begun().stream()
                .filter(hook -> report.isEmpty() || ended.containsKey(hook.name()))
                .forEach(hook -> all.put(hook.name(), hook(hook, waiting.containsKey(hook.name()) ? "" : "running")));
        waiting.values().forEach(hook -> all.putIfAbsent(hook.name(), hook(hook, "")));
        ended.values().forEach(result -> all.compute(result.name(), (name, planned) -> hook(result, planned)));
        return all.values().stream()
                .sorted(Comparator.comparingInt(KernelStatus.Hook::priority))
                .toList();
    }

    private static KernelStatus.Hook hook(PlannedHook hook, String outcome) {
        return new KernelStatus.Hook(
                hook.name(),
                hook.priority(),
                hook.timeout(),
                outcome.isEmpty() ? Optional.empty() : Optional.of(outcome),
                Optional.empty());
    }

    private static KernelStatus.Hook hook(HookResult ended, KernelStatus.@Nullable Hook planned) {
        return new KernelStatus.Hook(
                ended.name(),
                ended.priority(),
                planned == null ? Duration.ZERO : planned.timeout(),
                Optional.of(word(ended.outcome())),
                Optional.of(ended.took()));
    }

    // ---- pools

    private List<KernelStatus.Pool> pools() {
        List<KernelStatus.Pool> pools = new ArrayList<>();
        parts.backends.pools().all().values().forEach(pool -> pools.add(pool(pool)));
        parts.backends.clickHouse().all().forEach((name, pool) -> pools.add(pool(name, pool)));
        return pools;
    }

    private static KernelStatus.Pool pool(PostgresPool pool) {
        return new KernelStatus.Pool(
                "postgres",
                pool.name(),
                pool.settings().map(PostgresPoolSettings::address),
                pool.stats().map(StatusReader::connections),
                0,
                pool.lastFailure().map(StatusReader::trouble));
    }

    private static KernelStatus.Trouble trouble(PostgresPool.Failure failure) {
        return new KernelStatus.Trouble(failure.at(), failure.reason(), OptionalInt.empty(), Optional.empty());
    }

    private KernelStatus.Pool pool(String name, ClickHousePool pool) {
        return new KernelStatus.Pool(
                "clickhouse",
                name,
                Optional.of(pool.settings().address()),
                Optional.of(connections(pool.stats())),
                history.reconnects(name),
                history.trouble(name));
    }

    private static KernelStatus.Connections connections(PoolStats stats) {
        return new KernelStatus.Connections(stats.active(), stats.idle(), stats.waiting(), stats.max());
    }

    /** Defaults are in the documentation. */
    private List<KernelStatus.Setting> settings() {
        return parts.plan.config.settings().stream()
                .filter(setting -> !setting.value().isEmpty()
                        && !setting.source().equals("default")
                        && !setting.source().equals("derived")
                        && !setting.source().startsWith("kernel."))
                .map(setting -> new KernelStatus.Setting(setting.key(), setting.value(), setting.source()))
                .toList();
    }

    /** {@return a constant as settings and JSON spell it} */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
