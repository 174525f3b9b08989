package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerQueues;
import io.github.pavelagarkov.kernel.core.internal.host.Identity;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import io.github.pavelagarkov.kernel.core.internal.host.Liveness;
import io.github.pavelagarkov.kernel.core.internal.host.ProbeServer;
import io.github.pavelagarkov.kernel.core.internal.host.ProcessSignals;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.core.log.LogListener;
import io.github.pavelagarkov.kernel.core.log.MdcContextCarrier;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisKeys;
import io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of one kernel and how they hang together. Built once, started once. */
final class Assembly {
    private static final String HOST = "plain Java";
    private static final String STARTED = "started";
    private static final String REDIS = "redis";
    private static final Duration HOST_WAIT = Duration.ZERO;
    /** What the election's hook needs beyond stop timeout and one attempt. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private final KernelConfig config;
    private final KernelClock clock;
    private final KernelThreads threads;
    private final String identity;
    private final ListenerQueues events;
    private final Liveness liveness = new Liveness();
    private final ReadinessBarrier readiness;
    private final ReadinessComponent started;
    private final ShutdownRegistry shutdown;
    private final Optional<RedisConnection> redis;
    private final Optional<LeaseStore> store;
    private final Optional<LeaseLeaderElector> elector;
    private final Optional<LeaseDistributedLock> locks;
    private final Map<String, JobScheduler> schedulers = new LinkedHashMap<>();
    private final Map<String, JobScheduler> leaderSchedulers = new LinkedHashMap<>();
    private final Map<ElectionSpec, List<Subsystem>> elections = new LinkedHashMap<>();
    private final KernelBuilder plan;
    private final ClockGate stopped;
    private final List<ContextCarrier> carriers = new ArrayList<>();
    private volatile @Nullable ProbeServer probes;
    private volatile boolean up;
    private List<String> hostWarnings = List.of();

    Assembly(KernelBuilder plan) {
        this.plan = plan;
        config = plan.config;
        clock = plan.clock;
        threads = plan.threads;
        identity = config.identity().orElseGet(Identity::generate);
        stopped = new ClockGate(clock);
        events = ListenerQueues.create(clock, threads);
        readiness = SnapshotReadinessBarrier.create(clock, threads, events);
        started = readiness.component(STARTED);
        shutdown = PhasedShutdownRegistry.create(config.shutdown().spec(), readiness, clock, threads, events);
        carriers.add(MdcContextCarrier.create());
        carriers.addAll(plan.carriers);
        schedulers();
        redis = redis(plan);
        store = plan.leaseStore.or(() -> redis.map(this::redisStore));
        elector = store.map(
                leases -> LeaseLeaderElector.create(leases, identity, clock, threads, events, this::onOverrun));
        LeaseTiming timing = config.leader().defaults().timing();
        locks = store.map(leases -> LeaseDistributedLock.create(
                leases, identity, clock, threads, timing.attempt(), timing.pollMax(), events));
        elections();
        listeners();
        hooks();
    }

    // ---- building

    private void schedulers() {
        Map<String, SchedulerSpec> specs = new LinkedHashMap<>();
        specs.put(KernelBuilder.DEFAULT_SCHEDULER, config.scheduler(KernelBuilder.DEFAULT_SCHEDULER));
        specs.putAll(config.schedulers());
        plan.schedulers.forEach(specs::putIfAbsent);
        specs.forEach((name, spec) -> schedulers.put(name, scheduler(spec)));
        plan.jobs.forEach((name, jobs) -> jobs.forEach(scheduler(name)::register));
    }

    private JobScheduler scheduler(SchedulerSpec spec) {
        return HeapJobScheduler.create(spec, clock, threads, carriers, events);
    }

    private Optional<RedisConnection> redis(KernelBuilder builder) {
        if (builder.redis.isPresent() || builder.leaseStore.isPresent()) {
            return builder.redis;
        }
        return RedisSettings.of(config.redis()).map(settings -> {
            Libraries.require("org.redisson.Redisson", "org.redisson:redisson", "kernel.redis.uri");
            return RedisConnection.open(settings, clock, task -> threads.newThread("kernel-redis", task));
        });
    }

    private LeaseStore redisStore(RedisConnection connection) {
        RedisKeys names = config.redis().wire() == KernelConfig.RedisWire.GO
                ? RedisKeys.go()
                : RedisKeys.kernel(config.requireApplication("a lease store in Redis"));
        return RedisLeaseStore.over(connection, names);
    }

    private void elections() {
        Set<String> names = new LinkedHashSet<>(plan.subsystems.keySet());
        names.addAll(plan.leaderJobs.keySet());
        for (String name : names) {
            List<Subsystem> work = new ArrayList<>(plan.subsystems.getOrDefault(name, List.of()));
            List<JobSpec> jobs = plan.leaderJobs.getOrDefault(name, List.of());
            if (!jobs.isEmpty()) {
                if (schedulers.containsKey(name)) {
                    throw new IllegalArgumentException(
                            "election '" + name + "' has leader jobs, so no other scheduler may have its name");
                }
                JobScheduler leaderOnly = scheduler(config.scheduler(name));
                jobs.forEach(leaderOnly::register);
                leaderSchedulers.put(name, leaderOnly);
                work.add(Subsystem.of(leaderOnly));
            }
            elections.put(config.election(name), work);
        }
        if (!elections.isEmpty()) {
            elector();
        }
    }

    private void listeners() {
        events.add(
                "log",
                LogListener.create()
                        .withElectionDetail(election ->
                                "lease " + config.election(election).timing().lease()));
        plan.listeners.forEach(events::add);
        events.add("liveness", new KernelListener() {
            @Override
            public void onFatal(KernelEvent.Fatal event) {
                liveness.down(event.component() + " ended with " + event.error());
            }
        });
    }

    private void hooks() {
        elector.ifPresent(
                open -> shutdown.register(HookSpec.of("elections", ShutdownRegistry.CRITICAL, context -> open.close())
                        .withTimeout(electionsTimeout())));
        schedulers.forEach((name, scheduler) -> shutdown.register(
                "scheduler-" + name, ShutdownRegistry.MEDIUM, context -> scheduler.stop(most(context.remaining()))));
        locks.ifPresent(open -> shutdown.register("locks", ShutdownRegistry.LOW, context -> open.close()));
        store.ifPresent(open -> shutdown.register("lease-store", ShutdownRegistry.LOWEST, context -> open.close()));
        redis.ifPresent(open -> shutdown.register(REDIS, ShutdownRegistry.LOWEST, context -> open.close()));
        plan.hooks.forEach(shutdown::register);
    }

    private Duration electionsTimeout() {
        Duration longest = config.shutdown().spec().hookTimeout();
        for (ElectionSpec election : elections.keySet()) {
            Duration needed =
                    election.stopTimeout().plus(election.timing().attempt()).plus(SLACK);
            longest = longest.compareTo(needed) < 0 ? needed : longest;
        }
        return longest;
    }

    /** A little less than the hook has, so that the scheduler's own report is in before the hook is given up. */
    private static Duration most(Duration remaining) {
        Duration less = remaining.minus(Duration.ofMillis(300));
        return less.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : less;
    }

    // ---- running

    void start(Kernel kernel) {
        readiness.start();
        openProbes();
        plan.components.forEach((name, start) -> startComponent(name, start, kernel));
        watchRequiredBackends();
        schedulers.values().forEach(JobScheduler::start);
        elections.forEach((spec, work) -> elector().supervise(spec, work.toArray(Subsystem[]::new)));
        up = true;
        var unused = started.ready();
        Duration needed = config.shutdown().needed(HOST_WAIT);
        List<String> warnings = new ArrayList<>(config.warnings());
        config.shutdown().gracePeriodWarning(HOST_WAIT).ifPresent(warnings::add);
        warnings.addAll(hostWarnings);
        events.publish(() -> new KernelEvent.Started(
                HOST, config.application().orElse(""), identity, shutdown.plan(), needed, warnings));
    }

    private void openProbes() {
        config.probes().ifPresent(where -> {
            ProbeServer open = ProbeServer.open(
                    new InetSocketAddress(where.address(), where.port()),
                    threads.executor("kernel-probes"),
                    readiness,
                    liveness,
                    () -> up);
            probes = open;
            shutdown.register("probes", ShutdownRegistry.LOWEST, context -> open.close());
        });
    }

    private static void startComponent(String name, Kernel.Body start, Kernel kernel) {
        try {
            start.run(kernel);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new KernelException("component '" + name + "' could not be started: " + e.getMessage(), e);
        }
    }

    private void watchRequiredBackends() {
        if (!config.readinessRequire().contains(REDIS)) {
            return;
        }
        RedisConnection watched = redis.orElseThrow(() -> new IllegalStateException(
                "kernel.readiness.require lists 'redis', but there is no Redis: set kernel.redis.uri"));
        ReadinessComponent component = readiness.component(REDIS);
        var unusedResult = component.notReady("not asked yet");
        JobScheduler watch = scheduler(SchedulerSpec.of("backends"));
        watch.register(JobSpec.named(REDIS)
                .every(Duration.ofSeconds(2))
                .initialDelay(Duration.ZERO)
                .task(context -> watched.ping().whenComplete((pong, error) -> {
                    var unused =
                            error == null ? component.ready() : component.notReady(String.valueOf(error.getMessage()));
                }))
                .build());
        shutdown.register("backends", ShutdownRegistry.LOW, context -> watch.stop(most(context.remaining())));
        watch.start();
    }

    private void onOverrun(ElectionSpec election, Term term) {
        if (election.onOverrun() == OverrunReaction.LOG) {
            return;
        }
        liveness.down("work of election '" + term.election() + "' goes on although the lease of its term "
                + term.fencingToken() + " has run out");
        if (election.onOverrun() == OverrunReaction.HALT) {
            events.close(Duration.ofMillis(200));
            Runtime.getRuntime().halt(1);
        }
    }

    void execute(String name, Kernel.BackgroundTask task) {
        threads.executor("kernel-background").execute(() -> {
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

    ShutdownReport awaitStopped() {
        boolean interrupted = false;
        while (shutdown.report().isEmpty()) {
            try {
                stopped.await(() -> shutdown.report().isPresent(), Deadlines.never(clock.nanoTime()));
            } catch (InterruptedException e) {
                // Whoever interrupts main wants an end, and gets it in order.
                interrupted = true;
                shutdown.shutdown("main was interrupted");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return shutdown.report().orElseThrow();
    }

    void flush(Duration atMost) {
        stopped.signalAll();
        events.close(atMost);
    }

    // ---- parts

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
        JobScheduler found = schedulers.getOrDefault(name, leaderSchedulers.get(name));
        if (found == null) {
            Set<String> known = new LinkedHashSet<>(schedulers.keySet());
            known.addAll(leaderSchedulers.keySet());
            throw new IllegalArgumentException("there is no scheduler '" + name + "', there are " + known);
        }
        return found;
    }

    LeaderElector elector() {
        return elector.orElseThrow(Assembly::noStore);
    }

    DistributedLock locks() {
        return locks.orElseThrow(Assembly::noStore);
    }

    private static IllegalStateException noStore() {
        return new IllegalStateException("elections and locks need a lease store: set kernel.redis.uri and"
                + " kernel.application, or give one to the builder");
    }

    OptionalInt probesPort() {
        ProbeServer open = probes;
        return open == null ? OptionalInt.empty() : OptionalInt.of(open.port());
    }
}
