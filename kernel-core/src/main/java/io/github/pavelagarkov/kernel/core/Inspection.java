package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.grpc.GrpcHosting;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.host.Liveness;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** What people may ask of a running kernel, and do to it. Thread-safe. */
final class Inspection {
    private final Plan plan;
    private final KernelConfig config;
    private final HostProfile host;
    private final KernelClock clock;
    private final String identity;
    private final ReadinessBarrier readiness;
    private final ShutdownRegistry shutdown;
    private final Schedulers schedulers;
    private final Elections elections;
    private final KernelJobs jobs;
    private final Backends backends;
    private final JobTroubles troubles;
    private final KernelActions actions;

    Inspection(
            Plan plan,
            String identity,
            ReadinessBarrier readiness,
            ShutdownRegistry shutdown,
            Schedulers schedulers,
            Elections elections,
            KernelJobs jobs,
            Backends backends,
            JobTroubles troubles,
            Events events) {
        this.plan = plan;
        this.config = plan.config;
        this.host = plan.host;
        this.clock = plan.clock;
        this.identity = identity;
        this.readiness = readiness;
        this.shutdown = shutdown;
        this.schedulers = schedulers;
        this.elections = elections;
        this.jobs = jobs;
        this.backends = backends;
        this.troubles = troubles;
        this.actions = new KernelActions(plan.clock, schedulers, elections, events);
    }

    KernelEvent started(List<String> hostWarnings, OptionalInt probesPort) {
        List<String> warnings = new ArrayList<>(config.warnings());
        // Those of a start that did not fail because of them: they are to be ignored, not to be hidden.
        jobs.unknown().forEach(problem -> warnings.add(problem.key() + ": " + problem.allowed()));
        config.shutdown().gracePeriodWarning(host.requestWait()).ifPresent(warnings::add);
        GrpcHosting.unserved(config, shutdown.plan()).ifPresent(warnings::add);
        warnings.addAll(hostWarnings);
        return new KernelEvent.Started(
                host.name(),
                config.application().orElse(""),
                identity,
                shutdown.plan(),
                needed(),
                warnings,
                config.startReport() ? describe(probesPort) : "");
    }

    private Duration needed() {
        return config.shutdown().needed(host.requestWait());
    }

    String describe(OptionalInt probesPort) {
        StartReport report = new StartReport();
        report.elections(config, elections);
        report.jobs(schedulers.all(), elections.names(), jobs.switchedOff());
        report.stop(shutdown.plan(), host.requestWait(), needed());
        host.ports().forEach((name, port) -> report.row("port", name, port == 0 ? "a free one" : port.toString()));
        probesPort.ifPresent(port -> report.row("port", "probes", Integer.toString(port)));
        report.checks(checks());
        String application = config.application().map(name -> name + " ").orElse("");
        return report.box("kernel " + application + identity + " on " + host.name());
    }

    List<KernelCheck> checks() {
        List<KernelCheck> checks = new ArrayList<>();
        checks.add(Checks.of("kernel-readiness", () -> Checks.readiness(readiness)));
        elections
                .names()
                .forEach(
                        name -> checks.add(Checks.of("kernel-leader-" + name, () -> Checks.election(elections, name))));
        schedulers
                .all()
                .values()
                .forEach(scheduler -> scheduler
                        .jobs()
                        .forEach(job -> checks.add(Checks.of(
                                "kernel-job-" + job.name(), () -> Checks.job(job, troubles.of(job.name()))))));
        checks.addAll(backendChecks());
        return List.copyOf(checks);
    }

    List<KernelCheck> backendChecks() {
        List<KernelCheck> checks = new ArrayList<>();
        backends.ownLeases()
                .ifPresent(store -> checks.add(Checks.of("kernel-leases", () -> Checks.leases(store, clock))));
        backends.redis().ifPresent(redis -> checks.add(Checks.of("kernel-redis", () -> Checks.redis(redis, clock))));
        backends.pools()
                .all()
                .forEach((name, pool) ->
                        checks.add(Checks.of("kernel-" + PostgresPools.backend(name), () -> Checks.postgres(pool))));
        backends.clickHouse()
                .all()
                .forEach((name, pool) -> checks.add(
                        Checks.of("kernel-" + ClickHousePools.backend(name), () -> Checks.clickHouse(pool))));
        return checks;
    }

    StatusReader reader(StatusHistory history, Liveness liveness, BooleanSupplier up, Executor background) {
        return new StatusReader(
                new StatusReader.Parts(plan, identity, shutdown, readiness::snapshot, backends, liveness::reason, up),
                new ElectionStatuses(
                        config,
                        elections,
                        history,
                        new LeaderLooks(clock, history),
                        () -> shutdown.state() != ShutdownRegistry.State.RUNNING),
                new JobStatuses(schedulers, elections, jobs, troubles),
                new BackendLooks(clock, background, this::backendChecks),
                history);
    }

    Optional<KernelActions> actions() {
        return config.adminActions() ? Optional.of(actions) : Optional.empty();
    }
}
