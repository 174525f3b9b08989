package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerQueues;
import io.github.pavelagarkov.kernel.core.internal.host.ExitGuard;
import io.github.pavelagarkov.kernel.core.internal.host.Identity;
import io.github.pavelagarkov.kernel.core.internal.host.KernelPort;
import io.github.pavelagarkov.kernel.core.internal.host.Liveness;
import io.github.pavelagarkov.kernel.core.internal.host.ProbeServer;
import io.github.pavelagarkov.kernel.core.internal.host.ProcessSignals;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.log.LogListener;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The parts of one kernel and how they hang together. Built once, started once. */
final class Assembly {
    private static final String STARTED = "started";

    private final KernelConfig config;
    private final HostProfile host;
    private final KernelClock clock;
    private final KernelThreads threads;
    private final Executor background;
    private final String identity;
    private final ListenerQueues listeners;
    private final Events events;
    private final Liveness liveness = new Liveness();
    private final JobTroubles troubles = new JobTroubles();
    private final ReadinessBarrier readiness;
    private final ReadinessComponent started;
    private final ShutdownRegistry shutdown;
    private final ShutdownEnd end;
    private final Schedulers schedulers;
    private final Elections elections;
    private final KernelJobs jobs;
    private final Inspection inspection;
    private final Meters meters;
    private final DashboardMount page;
    private final Backends backends;
    private final Map<String, Kernel.Body> components;
    private final Optional<JobScheduler> backendWatch;
    private final Optional<KernelPort> probes;
    private volatile boolean up;
    private List<String> hostWarnings = List.of();
    private final List<Registration> exitGuards = new CopyOnWriteArrayList<>();
    private volatile Optional<ProcessSignals> hostSignals = Optional.empty();

    Assembly(Plan plan) {
        config = plan.config;
        host = plan.host;
        clock = plan.clock;
        threads = plan.threads;
        background = threads.executor("kernel-background");
        identity = config.identity().orElseGet(Identity::generate);
        components = new LinkedHashMap<>(plan.components);
        listeners = ListenerQueues.create(clock, threads);
        events = event -> listeners.publish(() -> watched(event));
        readiness = plan.readiness.orElseGet(() -> SnapshotReadinessBarrier.create(clock, threads, events));
        started = readiness.component(STARTED);
        probes = config.probes()
                .map(where -> new KernelPort(() -> ProbeServer.open(
                        new InetSocketAddress(where.address(), where.port()), threads, readiness, liveness, () -> up)));
        end = ShutdownEnd.of(plan, readiness, events, () -> up);
        shutdown = end.registry();
        schedulers = new Schedulers(plan, events);
        elections = new Elections(plan, schedulers, this::elector);
        // From here on there are threads, which must not outlive a failure.
        backends = Backends.open(plan, identity, events, this::onOverrun);
        try {
            jobs = new KernelJobs(plan, schedulers, elections);
            jobs.addAll(plan);
            if (!plan.subsystems.isEmpty()) {
                elector();
            }
            backendWatch = BackendWatch.of(config.readinessRequire(), backends, readiness, schedulers);
            registerHooks(plan);
            addListeners(plan);
            inspection = new Inspection(
                    plan, identity, readiness, shutdown, schedulers, elections, jobs, backends, troubles, events);
            meters = new Meters(plan, events, readiness, liveness, shutdown, schedulers, elections, backends);
            page = DashboardMount.of(
                    plan,
                    identity,
                    history -> inspection.reader(history, liveness, () -> up, background),
                    listeners,
                    shutdown);
        } catch (RuntimeException | Error e) {
            backends.abandon();
            listeners.close(Duration.ZERO);
            throw e;
        }
    }

    // ---- start and stop order

    /**
     * Starts part by part (EV-2).
     *
     * @return false if a stop came in between: it has stopped, or is stopping, whatever was started
     */
    boolean start(Kernel kernel) {
        boolean whole = unlessStopping(() -> meters.open(listeners))
                && unlessStopping(backends::connect)
                && unlessStopping(readiness::start)
                && unlessStopping(() -> probes.ifPresent(KernelPort::open))
                && unlessStopping(page::open)
                && startComponents(kernel)
                && unlessStopping(this::refuseUnknownJobs)
                && unlessStopping(() -> backendWatch.ifPresent(JobScheduler::start))
                && unlessStopping(schedulers::start)
                && unlessStopping(elections::join);
        if (!whole) {
            stopLatecomers();
            return false;
        }
        if (host.haltsOnSecondSignal()) {
            // The host stops the kernel itself, from a hook of the JVM of its own.
            hostSignals = Optional.of(installSignals(reason -> {}));
        }
        up = true;
        var unused = started.ready();
        meters.refresh();
        events.publish(() -> inspection.started(hostWarnings, probesPort()));
        return true;
    }

    private void refuseUnknownJobs() {
        List<ConfigurationException.Problem> unknown = jobs.unknown();
        if (!unknown.isEmpty() && !config.ignoreUnknown()) {
            throw new ConfigurationException(unknown);
        }
    }

    /** Smaller priorities stop first, equal ones in this order (SD-2); readiness goes down before all of them. */
    private void registerHooks(Plan plan) {
        backendWatch.ifPresent(watch ->
                shutdown.register("backends", ShutdownRegistry.LOW, context -> watch.stop(Schedulers.most(context))));
        backends.registerHooks(
                shutdown, elections.stopTimeout(config.shutdown().spec().hookTimeout()));
        schedulers.registerHooks(shutdown);
        probes.ifPresent(port -> shutdown.register("probes", ShutdownRegistry.LOWEST, context -> port.close()));
        plan.hooks.forEach(shutdown::register);
    }

    private boolean isStopping() {
        return shutdown.state() != ShutdownRegistry.State.RUNNING;
    }

    /** Starts a part unless a stop has begun; that a part refuses because of the stop is no failure of the start. */
    private boolean unlessStopping(Runnable part) {
        if (isStopping()) {
            return false;
        }
        try {
            part.run();
        } catch (IllegalStateException e) {
            if (!isStopping()) {
                throw e;
            }
        }
        return !isStopping();
    }

    private boolean startComponents(Kernel kernel) {
        for (Map.Entry<String, Kernel.Body> component : components.entrySet()) {
            if (isStopping()) {
                return false;
            }
            startComponent(component.getKey(), component.getValue(), kernel);
        }
        return true;
    }

    private static void startComponent(String name, Kernel.Body start, Kernel kernel) {
        try {
            start.run(kernel);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new KernelException("component '" + name + "' could not be started: " + e.getMessage(), e);
        }
    }

    /** The hooks of these may have run before they were started. */
    private void stopLatecomers() {
        Duration most = config.shutdown().spec().hookTimeout();
        schedulers.stop(most);
        backendWatch.ifPresent(watch -> watch.stop(most));
        if (shutdown.report().isPresent()) {
            probes.ifPresent(KernelPort::close);
            page.close();
        }
    }

    // ---- parts of their own

    private void addListeners(Plan plan) {
        listeners.add(
                KernelBuilder.LOG_LISTENER,
                LogListener.create()
                        .withElectionDetail(election ->
                                "lease " + config.election(election).timing().lease()));
        plan.listeners.forEach(listeners::add);
    }

    /** Looks at an event on its way: liveness and checks must not depend on a listener's queue (EV-1). */
    private KernelEvent watched(Supplier<? extends KernelEvent> event) {
        KernelEvent made = event.get();
        troubles.look(made);
        if (made instanceof KernelEvent.Fatal fatal && config.onFatal() == KernelConfig.FatalReaction.DOWN) {
            // No message: probes and the page show this, and it may hold anything. The log has it.
            liveness.down(fatal.component() + " ended with "
                    + fatal.error().getClass().getName());
        }
        return made;
    }

    private void onOverrun(ElectionSpec election, Term term) {
        if (election.onOverrun() == OverrunReaction.LOG) {
            return;
        }
        liveness.down("work of election '" + term.election() + "' goes on although the lease of its term "
                + term.fencingToken() + " has run out");
        if (election.onOverrun() == OverrunReaction.HALT) {
            listeners.close(Duration.ofMillis(200));
            Runtime.getRuntime().halt(1);
        }
    }

    // ---- what the kernel hands on

    void execute(String name, Kernel.BackgroundTask task) {
        background.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                events.publish(() -> new KernelEvent.TaskFailed(name, e));
            }
        });
    }

    ProcessSignals installSignals(Consumer<String> stop) {
        boolean halt = config.shutdown().secondSignal() == KernelConfig.SecondSignal.HALT;
        ProcessSignals signals = new ProcessSignals(clock, threads, halt, stop);
        hostWarnings = signals.trouble().map(List::of).orElse(List.of());
        return signals;
    }

    /** Lets the host stop first when the JVM exits, if it begins in time. */
    Registration onExitBehindHost(Duration begins, Runnable stop) {
        return onExit(() -> {
            try {
                if (end.reaches(ShutdownRegistry.State.DRAINING, clock, begins)) {
                    // It may do so on a thread that the exit does not wait for.
                    var unused = end.reaches(
                            ShutdownRegistry.State.STOPPED,
                            clock,
                            config.shutdown().needed(host.requestWait()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stop.run();
        });
    }

    Registration onExit(Runnable stop) {
        ExitGuard guard = ExitGuard.of(threads, stop);
        exitGuards.add(guard);
        return guard;
    }

    HostProfile host() {
        return host;
    }

    ShutdownReport awaitStopped() throws InterruptedException {
        return end.await();
    }

    /** After the end: nothing more is to be said or caught. */
    void flush(Duration atMost) {
        hostSignals.ifPresent(ProcessSignals::close);
        exitGuards.forEach(Registration::remove);
        listeners.close(atMost);
        meters.close();
    }

    Inspection inspection() {
        return inspection;
    }

    DashboardMount page() {
        return page;
    }

    Elections elections() {
        return elections;
    }

    KernelJobs jobs() {
        return jobs;
    }

    KernelConfig config() {
        return config;
    }

    KernelClock clock() {
        return clock;
    }

    String identity() {
        return identity;
    }

    ReadinessBarrier readiness() {
        return readiness;
    }

    ShutdownRegistry shutdown() {
        return shutdown;
    }

    Liveness liveness() {
        return liveness;
    }

    JobScheduler scheduler(String name) {
        return schedulers.get(name);
    }

    LeaderElector elector() {
        return backends.elector();
    }

    DistributedLock locks() {
        return backends.locks();
    }

    ClickHousePools clickHouse() {
        return backends.clickHouse();
    }

    PostgresPools pools() {
        return backends.pools();
    }

    OptionalInt probesPort() {
        return probes.map(KernelPort::number).orElseGet(OptionalInt::empty);
    }
}
