package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.internal.host.ProcessSignals;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The operational runtime of a plain Java service: elections, jobs, readiness and an ordered end, assembled from one
 * configuration.
 *
 * <pre>{@code
 * Kernel.builder()
 *         .settings(ConfigSource.systemProperties(), ConfigSource.environment())
 *         .job(JobSpec.named("refresh").every(Duration.ofSeconds(30)).task(context -> refresh()).build())
 *         .leaderJob("billing", JobSpec.named("settle").every(Duration.ofMinutes(1)).task(this::settle).build())
 *         .build()
 *         .run();
 * }</pre>
 *
 * <p>Starting never waits for a backend. Everything is stopped by the {@link #shutdown()} registry, in the order of SD-2:
 * readiness, leader-only work and elections, schedulers, pools, Redis.
 *
 * <p>Single-use: started once, stopped once. Several kernels can live in one JVM, of which one may {@link #run()}.
 * Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md EV-2, SD-9, SD-11</a>
 */
public final class Kernel implements AutoCloseable {
    private static final Duration FLUSH = Duration.ofSeconds(1);
    /** Until a host that hears of the exit of the JVM has begun to stop. */
    private static final Duration HOST_PATIENCE = Duration.ofSeconds(1);

    private enum State {
        BUILT,
        STARTING,
        STARTED,
        STOPPED
    }

    private final Assembly parts;
    private final AtomicReference<State> state = new AtomicReference<>(State.BUILT);
    /** Whether the JVM's exit stops this kernel. */
    private volatile boolean running;

    private volatile @Nullable String failure;

    Kernel(Assembly parts) {
        this.parts = parts;
    }

    /** {@return a builder with the default configuration} */
    public static KernelBuilder builder() {
        return new KernelBuilder();
    }

    /** {@return the configuration it was built with} */
    public KernelConfig config() {
        return parts.config();
    }

    /** {@return the one source of time} */
    public KernelClock clock() {
        return parts.clock();
    }

    /** {@return how this process is known to others} */
    public String identity() {
        return parts.identity();
    }

    /** {@return whether this instance should get traffic; hosts one component, {@code started}, and those you add} */
    public ReadinessBarrier readiness() {
        return parts.readiness();
    }

    /** {@return what runs when the process stops; register hooks here} */
    public ShutdownRegistry shutdown() {
        return parts.shutdown();
    }

    /** {@return the scheduler named {@code jobs}, which every kernel has} */
    public JobScheduler scheduler() {
        return scheduler(KernelBuilder.DEFAULT_SCHEDULER);
    }

    /**
     * {@return a scheduler}
     *
     * @param name {@code jobs}, one given to the builder, or an election that has leader jobs
     * @throws IllegalArgumentException if there is none of that name; names those there are
     */
    public JobScheduler scheduler(String name) {
        return parts.scheduler(name);
    }

    /** {@return where jobs are added, also annotated methods and jobs of leaders} */
    public KernelJobs jobs() {
        return parts.jobs();
    }

    /** {@return what an operator may ask, as things are now; a job or an election that comes later is in the next answer} */
    public List<KernelCheck> checks() {
        return parts.inspection().checks();
    }

    List<KernelCheck> backendChecks() {
        return parts.inspection().backendChecks();
    }

    /** {@return what an operator may do; empty unless {@code kernel.admin.actions} is true} */
    public Optional<KernelActions> actions() {
        return parts.inspection().actions();
    }

    /** {@return what this kernel is made of and how it will stop, as a table of several lines} */
    public String describe() {
        return parts.inspection().describe(parts.probesPort());
    }

    /**
     * {@return the elections of this process}
     *
     * @throws IllegalStateException if there is no lease store: {@code kernel.redis.uri} is not set and none was given
     */
    public LeaderElector elector() {
        return parts.elector();
    }

    /**
     * {@return an election of this process}
     *
     * @param election a name that is in {@code kernel.leader.names} or that the code gives work
     * @throws IllegalArgumentException if there is none of that name; names those there are
     * @throws IllegalStateException before it is joined, which is at the start, if work is given to it or the builder was
     *     told of it
     */
    public Election election(String election) {
        requireElection(election);
        return parts.elections()
                .election(election)
                .orElseThrow(() -> new IllegalStateException(
                        "election '" + election + "' is not joined: that happens at the start, if it leads something"));
    }

    /**
     * Checks that there is an election, for a host that will ask for it later.
     *
     * @param election its name
     * @throws IllegalArgumentException if there is none of that name; names those there are
     */
    public void requireElection(String election) {
        parts.elections().require(Check.name("election name", election));
    }

    /**
     * {@return the distributed locks}
     *
     * @throws IllegalStateException if there is no lease store: {@code kernel.redis.uri} is not set and none was given
     */
    public DistributedLock locks() {
        return parts.locks();
    }

    /**
     * {@return a pool of connections to PostgreSQL}
     *
     * @param pool a name in {@code kernel.postgres.names}, or given to {@link KernelBuilder#postgresPool}
     * @throws IllegalArgumentException if there is none of that name; names those there are
     */
    public PostgresPool postgres(String pool) {
        return parts.pools().get(Check.notNull("pool name", pool));
    }

    /** {@return all pools of connections to PostgreSQL, by name} */
    public Map<String, PostgresPool> postgresPools() {
        return parts.pools().all();
    }

    /**
     * {@return a pool of connections to ClickHouse}
     *
     * @param pool a name in {@code kernel.clickhouse.names}, or given to {@link KernelBuilder#clickHousePool}
     * @throws IllegalArgumentException if there is none of that name; names those there are
     */
    public ClickHousePool clickHouse(String pool) {
        return parts.clickHouse().get(Check.notNull("pool name", pool));
    }

    /** {@return all pools of connections to ClickHouse, by name} */
    public Map<String, ClickHousePool> clickHousePools() {
        return parts.clickHouse().all();
    }

    /** {@return whether everything has been started and nothing has begun to stop} */
    public boolean isStarted() {
        return state.get() == State.STARTED;
    }

    /** {@return why this process should be restarted; empty while it is alive and well} */
    public Optional<String> notLive() {
        return parts.liveness().reason();
    }

    /** {@return the page that answers why; empty if {@code kernel.dashboard.*} shows it nowhere} */
    public Optional<Dashboard> dashboard() {
        return parts.page().dashboard();
    }

    /** {@return the port of the page; empty unless {@code kernel.dashboard.port} is set and it is started} */
    public OptionalInt dashboardPort() {
        return parts.page().port();
    }

    /** {@return the port of /live, /ready and /started; empty unless {@code kernel.probes.port} is set and it is started} */
    public OptionalInt probesPort() {
        return parts.probesPort();
    }

    /**
     * Runs a task in the background, once, on a thread of its own. What it throws is reported and harms nothing else.
     *
     * @param name shown in reports
     * @param task what to do
     */
    public void execute(String name, BackgroundTask task) {
        parts.execute(Check.notNull("task name", name), Check.notNull("task '" + name + "'", task));
    }

    /** Something to do in the background. */
    @FunctionalInterface
    public interface BackgroundTask {
        /**
         * Does it.
         *
         * @throws Exception anything; reported as {@link KernelEvent.TaskFailed}
         */
        void run() throws Exception;
    }

    /**
     * Starts everything: readiness, your components, schedulers, elections, and says {@code started}. Returns without
     * waiting for any backend.
     *
     * @throws IllegalStateException if it has been started or stopped before, or is stopped meanwhile
     * @throws RuntimeException what one of your components threw; everything that had been started is then stopped
     */
    public void start() {
        if (!startUnlessStopped()) {
            throw new IllegalStateException("kernel " + identity() + " was stopped while it was starting");
        }
    }

    private boolean startUnlessStopped() {
        if (!state.compareAndSet(State.BUILT, State.STARTING)) {
            throw new IllegalStateException("kernel " + identity() + " is " + state.get() + ", it can be started once");
        }
        try {
            boolean whole = parts.start(this);
            state.compareAndSet(State.STARTING, State.STARTED);
            return whole;
        } catch (RuntimeException | Error e) {
            stopAfterFailedStart("start failed: " + e);
            throw e;
        }
    }

    /** A host that drives the stop goes on with it: what it has started before may still need the pools. */
    private void stopAfterFailedStart(String reason) {
        if (!parts.host().drivesStop()) {
            stop(reason);
            return;
        }
        state.set(State.STOPPED);
        parts.shutdown().begin(reason);
        parts.shutdown().runBelow(ShutdownRegistry.LOW);
    }

    /**
     * Stops everything in order. Blocks, within {@code kernel.shutdown.budget}. Idempotent: later calls, and calls from other
     * threads, return the same report. From a job or a callback of an election use {@link #execute}, for the stop interrupts
     * their threads.
     *
     * @param reason shown in the report
     * @return what happened
     */
    public ShutdownReport stop(String reason) {
        Check.notNull("reason to stop", reason);
        state.set(State.STOPPED);
        ShutdownReport report = parts.shutdown().shutdown(reason);
        if (report.completed()) {
            parts.flush(FLUSH);
        }
        return report;
    }

    /**
     * Asks for the end of the process with exit code 1 after everything has been stopped in order, and returns at once. In a
     * server with other applications the process goes on: liveness says why it should be restarted. Made for fatal log
     * entries: {@code KernelLog.of(logger, kernel::fail)}.
     *
     * @param reason shown in the report
     */
    public void fail(String reason) {
        String why = "fatal: " + Check.notNull("reason to fail", reason);
        failure = why;
        if (parts.host().sharesProcess()) {
            parts.liveness().down(why);
            return;
        }
        execute("fatal", () -> {
            if (parts.host().drivesStop()) {
                // Its steps would begin the same now, and the report would not say why.
                parts.shutdown().begin(why);
            } else if (!running) {
                // Without run() no hook of the JVM would stop this kernel.
                var unused = stop(why);
            }
            System.exit(1);
        });
    }

    /**
     * Stops everything if the JVM exits, for a host that cannot do so yet: many servers ignore a SIGTERM while they start.
     *
     * @param reason shown in the report
     * @return takes that back, once the host stops the kernel by itself
     */
    public Registration stopAtExit(String reason) {
        Check.notNull("reason to stop", reason);
        return parts.onExit(() -> stopAtExitBecause(reason));
    }

    /**
     * Stops everything if the JVM exits and the host has not begun to do so a second later, for a host that may miss the exit:
     * a container of Java SE hears of it only once it has told everybody of its start. A host that has begun is waited for.
     * Ends by itself with the stop.
     *
     * @param reason shown in the report
     * @return takes that back
     */
    public Registration stopAtExitUnlessHostDoes(String reason) {
        Check.notNull("reason to stop", reason);
        return parts.onExitBehindHost(HOST_PATIENCE, () -> stopAtExitBecause(reason));
    }

    /** The same as {@link #stop} with the reason {@code closed}. */
    @Override
    public void close() {
        stop("closed");
    }

    /**
     * Starts, and waits until the process is told to end: by SIGTERM or SIGINT, by System.exit, or by {@link #stop}. The exit
     * code stays that of the signal. A second signal at least a second after the first halts the process.
     *
     * @return what the shutdown did
     * @throws RuntimeException what {@link #start} throws
     */
    public ShutdownReport run() {
        return runUnchecked(kernel -> {});
    }

    /**
     * Starts, calls a body on the calling thread, and then waits as {@link #run()} does.
     *
     * @param body the service's own start, or its whole work; calls {@link #stop} if its end is the end of the process
     * @return what the shutdown did
     * @throws Exception what the body threw, after everything has been stopped: out of main it makes the exit code 1
     */
    public ShutdownReport run(Body body) throws Exception {
        Check.notNull("body", body);
        try (ProcessSignals signals = parts.installSignals(this::stopAtExitBecause)) {
            running = true;
            if (startUnlessStopped()) {
                runBody(body);
            }
            return awaitStopped();
        }
    }

    private void stopAtExitBecause(String reason) {
        String why = failure;
        var unused = stop(why != null ? why : reason);
    }

    private void runBody(Body body) throws Exception {
        try {
            body.run(this);
        } catch (Throwable e) {
            stop("main failed: " + e);
            throw e;
        }
    }

    private ShutdownReport awaitStopped() {
        try {
            ShutdownReport report = parts.awaitStopped();
            // Here too: whoever stopped it may still be writing while the end of main ends the process.
            parts.flush(FLUSH);
            return report;
        } catch (InterruptedException e) {
            // Whoever interrupts main wants an end, and gets it in order.
            ShutdownReport report = stop("main was interrupted");
            Thread.currentThread().interrupt();
            return report;
        }
    }

    private ShutdownReport runUnchecked(Body body) {
        try {
            return run(body);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("cannot happen: this body throws nothing checked", e);
        }
    }

    /** What a service does between start and stop. */
    @FunctionalInterface
    public interface Body {
        /**
         * Does it and returns; the kernel goes on until it is told to stop.
         *
         * @param kernel started
         * @throws Exception anything: the kernel is then stopped
         */
        void run(Kernel kernel) throws Exception;
    }

    @Override
    public String toString() {
        return "kernel " + identity() + " " + state.get();
    }
}
