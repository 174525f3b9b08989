package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.job.JobTarget;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Collects what a {@link Kernel} is made of. What one call gets wrong it says at once; what does not fit together, such as a
 * name that is taken, is told when the kernel is built, all of it. Not thread-safe.
 */
public final class KernelBuilder {
    static final String DEFAULT_SCHEDULER = "jobs";
    static final String LOG_LISTENER = "log";

    final Plan plan = new Plan();

    KernelBuilder() {}

    /**
     * Takes settings.
     *
     * @param config checked settings; the defaults if this is never called
     * @return this builder
     */
    public KernelBuilder config(KernelConfig config) {
        plan.config = Check.notNull("config", config);
        plan.wrongSettings = List.of();
        return this;
    }

    /**
     * Reads settings. What is wrong with them is told by {@link #build}, with everything else.
     *
     * @param sources where to look, the strongest first: system properties, environment, the application's own file
     * @return this builder
     */
    public KernelBuilder settings(ConfigSource... sources) {
        List<ConfigurationException.Problem> wrong = new ArrayList<>();
        plan.config = KernelConfig.read(wrong::add, Check.notNull("config sources", sources));
        plan.wrongSettings = wrong;
        return this;
    }

    /**
     * Says what program this kernel lives in, for an adapter.
     *
     * @param profile the host; plain Java if this is never called
     * @return this builder
     */
    public KernelBuilder host(HostProfile profile) {
        plan.host = Check.notNull("host profile", profile);
        return this;
    }

    /**
     * Takes another source of time, for tests.
     *
     * @param clock the only time of this kernel
     * @return this builder
     */
    public KernelBuilder clock(KernelClock clock) {
        plan.clock = Check.notNull("clock", clock);
        return this;
    }

    /**
     * Takes threads from somewhere else, for instance from a container.
     *
     * @param factory makes every thread of this kernel
     * @return this builder
     */
    public KernelBuilder threads(ThreadFactory factory) {
        plan.threads = KernelThreads.of(Check.notNull("thread factory", factory));
        return this;
    }

    /**
     * Takes a store for leases and locks in place of the one in Redis or PostgreSQL.
     *
     * @param store closed by the kernel's shutdown
     * @return this builder
     */
    public KernelBuilder leaseStore(LeaseStore store) {
        plan.leaseStore = Optional.of(Check.notNull("lease store", store));
        return this;
    }

    /**
     * Takes an elector in place of the one over the lease store.
     *
     * @param elector closed by the kernel's shutdown
     * @return this builder
     */
    public KernelBuilder elector(LeaderElector elector) {
        plan.elector = Optional.of(Check.notNull("leader elector", elector));
        return this;
    }

    /**
     * Takes locks in place of those over the lease store.
     *
     * @param locks not closed by the kernel: it has nothing to close
     * @return this builder
     */
    public KernelBuilder locks(DistributedLock locks) {
        plan.locks = Optional.of(Check.notNull("distributed lock", locks));
        return this;
    }

    /**
     * Takes a readiness barrier in place of the kernel's own.
     *
     * @param barrier started by the kernel; its changes are no events of the kernel
     * @return this builder
     */
    public KernelBuilder readiness(ReadinessBarrier barrier) {
        plan.readiness = Optional.of(Check.notNull("readiness barrier", barrier));
        return this;
    }

    /**
     * Takes a shutdown registry in place of the kernel's own; it takes readiness down itself (SD-2).
     *
     * @param registry kernel.shutdown.* does not hold for it
     * @return this builder
     */
    public KernelBuilder shutdown(ShutdownRegistry registry) {
        plan.shutdown = Optional.of(Check.notNull("shutdown registry", registry));
        return this;
    }

    /**
     * Adds a scheduler of your own, in place of the one with its name.
     *
     * @param scheduler started and stopped by the kernel
     * @return this builder
     */
    public KernelBuilder ownScheduler(JobScheduler scheduler) {
        String name = Check.notNull("scheduler", scheduler).name();
        plan.add("scheduler", plan.ownSchedulers, name, scheduler);
        return this;
    }

    /**
     * Takes a connection to Redis in place of the one to {@code kernel.redis.uri}; {@code kernel.application} is needed.
     *
     * @param connection closed by the kernel's shutdown; see {@link RedisConnection#over} for a client of your own
     * @return this builder
     */
    public KernelBuilder redis(RedisConnection connection) {
        plan.redis = Optional.of(Check.notNull("redis connection", connection));
        return this;
    }

    /**
     * Takes connections to PostgreSQL in place of those to {@code kernel.postgres.url}; {@code kernel.application} is
     * needed. Two of them are kept for leases, if those are not in Redis.
     *
     * @param source stays open; see {@link io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore#over}
     * @return this builder
     */
    public KernelBuilder postgres(DataSource source) {
        plan.postgres = Optional.of(Check.notNull("data source", source));
        return this;
    }

    /**
     * Takes connections to PostgreSQL, of a container for instance, as a pool.
     *
     * @param name for {@link Kernel#postgres}; must not be in {@code kernel.postgres.names}
     * @param source used and never closed
     * @return this builder
     */
    public KernelBuilder postgresPool(String name, DataSource source) {
        plan.add("postgres pool", plan.pools, name, Check.notNull("data source of pool " + name, source));
        return this;
    }

    /**
     * Takes a pool of connections to ClickHouse of your own.
     *
     * @param name for {@link Kernel#clickHouse}; must not be in {@code kernel.clickhouse.names}
     * @param pool closed by the kernel's shutdown
     * @return this builder
     */
    public KernelBuilder clickHousePool(String name, ClickHousePool pool) {
        plan.add("clickhouse pool", plan.clickHousePools, name, Check.notNull("clickhouse pool " + name, pool));
        return this;
    }

    /**
     * Says what failures of ClickHouse mean, for all pools of {@code kernel.clickhouse.names}.
     *
     * @param policy the standard one if this is never called
     * @return this builder
     */
    public KernelBuilder clickHouseErrors(ClickHouseErrorPolicy policy) {
        plan.clickHouseErrors = Check.notNull("clickhouse error policy", policy);
        return this;
    }

    /**
     * Adds a scheduler, or sets the limits of the one named {@code jobs}.
     *
     * @param spec its name and limits; those in the configuration count if it lists a scheduler of that name
     * @return this builder
     */
    public KernelBuilder scheduler(SchedulerSpec spec) {
        String name = Check.notNull("scheduler spec", spec).name();
        plan.add("scheduler", plan.schedulers, name, spec);
        return this;
    }

    /**
     * Adds a job to the scheduler named {@code jobs}.
     *
     * @param spec the job
     * @return this builder
     */
    public KernelBuilder job(JobSpec spec) {
        return job(DEFAULT_SCHEDULER, spec);
    }

    /**
     * Adds a job to a scheduler.
     *
     * @param scheduler one that is listed in {@code kernel.scheduler.names} or given to this builder, or {@code jobs}
     * @param spec the job
     * @return this builder
     */
    public KernelBuilder job(String scheduler, JobSpec spec) {
        Check.name("scheduler name", scheduler);
        Check.notNull("job spec", spec);
        Plan.append(plan.jobs, scheduler, List.of(spec));
        return this;
    }

    /**
     * Adds the methods of an object that are annotated with {@link io.github.pavelagarkov.kernel.job.Job}.
     *
     * @param bean the object
     * @return this builder
     */
    public KernelBuilder jobs(Object bean) {
        plan.jobBeans.add(JobTarget.of(Check.notNull("object with @Job methods", bean)));
        return this;
    }

    /**
     * Adds the methods of a class that are annotated with {@link io.github.pavelagarkov.kernel.job.Job}, for a container
     * that makes the object.
     *
     * @param type has the methods; the object may be of a subclass, as a proxy is
     * @param instance yields the object; asked once, before the first run of any of these jobs, on the thread of that run,
     *     and again at the next run if it threw
     * @param <T> the class
     * @return this builder
     */
    public <T> KernelBuilder jobs(Class<T> type, Supplier<? extends T> instance) {
        Check.notNull("class with @Job methods", type);
        plan.jobBeans.add(JobTarget.of(type, Check.notNull("source of " + type.getName(), instance)));
        return this;
    }

    /**
     * Says where {@code {key:default}} in the texts of a {@link io.github.pavelagarkov.kernel.job.Job} is looked up; system
     * properties if this is never called.
     *
     * @param lookup value of a key
     * @return this builder
     */
    public KernelBuilder properties(Function<String, Optional<String>> lookup) {
        plan.properties = Check.notNull("lookup", lookup);
        return this;
    }

    /**
     * Adds a job that runs only on the leader of an election; the election is joined for it if need be. Its scheduler has
     * the election's name.
     *
     * @param election the election
     * @param spec the job
     * @return this builder
     */
    public KernelBuilder leaderJob(String election, JobSpec spec) {
        Check.name("election name", election);
        Check.notNull("job spec", spec);
        Plan.append(plan.leaderJobs, election, List.of(spec));
        return this;
    }

    /**
     * Joins an election and runs subsystems exactly while this process leads.
     *
     * @param election the election; its timing comes from the configuration
     * @param work started in this order, stopped in parallel; at least one
     * @return this builder
     * @throws IllegalArgumentException if there is no work or the name cannot be one
     */
    public KernelBuilder supervise(String election, Subsystem... work) {
        Check.name("election name", election);
        Check.notNull("work of election '" + election + "'", work);
        if (work.length == 0) {
            throw new IllegalArgumentException("election '" + election + "' needs at least one subsystem, got none");
        }
        for (Subsystem subsystem : work) {
            Check.notNull("subsystem of election '" + election + "'", subsystem);
        }
        Plan.append(plan.subsystems, election, List.of(work));
        return this;
    }

    /**
     * Joins an election and tells a listener.
     *
     * @param election the election; its timing comes from the configuration
     * @param listener told of every term
     * @return this builder
     */
    public KernelBuilder election(String election, LeadershipListener listener) {
        Check.notNull("listener of election '" + election + "'", listener);
        return supervise(election, new ListenerSubsystem(election, listener));
    }

    /**
     * Joins an election without work of its own: the service asks {@link Kernel#elector()} who leads, or listens to events.
     *
     * @param election the election; its timing comes from the configuration
     * @return this builder
     * @throws IllegalArgumentException if the name cannot be one
     */
    public KernelBuilder election(String election) {
        return supervise(election, ListenerSubsystem.idle(election));
    }

    /**
     * Adds a component of the service, started in the order given, before the schedulers and elections.
     *
     * @param name shown if it fails
     * @param start starts it; what is to be stopped it registers with {@link Kernel#shutdown()}
     * @return this builder
     */
    public KernelBuilder onStart(String name, Kernel.Body start) {
        plan.add("component", plan.components, name, Check.notNull("start of " + name, start));
        return this;
    }

    /**
     * Adds a shutdown hook.
     *
     * @param hook the hook; its name is checked against all others when the kernel is built
     * @return this builder
     */
    public KernelBuilder hook(HookSpec hook) {
        plan.hooks.add(Check.notNull("hook", hook));
        return this;
    }

    /**
     * Adds a listener to everything that happens, beside the one that writes the log.
     *
     * @param name shown if it makes trouble; {@code log} is taken
     * @param listener told of every event
     * @return this builder
     */
    public KernelBuilder listener(String name, KernelListener listener) {
        if (LOG_LISTENER.equals(name)) {
            plan.givenTwice.add(Plan.twice("listener", name));
            return this;
        }
        plan.add("listener", plan.listeners, name, Check.notNull("listener '" + name + "'", listener));
        return this;
    }

    /**
     * Adds a listener to everything that happens, beside the one that writes the log, for a host that passes events on.
     *
     * @param name shown if it makes trouble; {@code log} is taken
     * @param listener told of every event, in order, on a thread of its own
     * @return this builder
     */
    public KernelBuilder onEvent(String name, Consumer<? super KernelEvent> listener) {
        Check.notNull("listener '" + name + "'", listener);
        return listener(name, new KernelListener() {
            @Override
            public void onEvent(KernelEvent event) {
                listener.accept(event);
            }
        });
    }

    /**
     * Carries one more context into the runs of jobs, beside the log context.
     *
     * @param carrier carries it
     * @return this builder
     */
    public KernelBuilder carrier(ContextCarrier carrier) {
        plan.carriers.add(Check.notNull("context carrier", carrier));
        return this;
    }

    /**
     * Sends the figures of {@link io.github.pavelagarkov.kernel.core.metrics.KernelMeter} to one more library of metrics.
     *
     * @param sink asked once, when the kernel starts; closed when it has stopped. If it throws, there are no figures and a
     *     report
     * @return this builder
     */
    public KernelBuilder metrics(Supplier<? extends MeterSink> sink) {
        plan.meterSinks.add(Check.notNull("meter sink", sink));
        return this;
    }

    /**
     * Adds whatever a part brings that knows this builder, for instance
     * {@link io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry}.
     *
     * @param part called at once
     * @return this builder
     */
    public KernelBuilder with(Consumer<? super KernelBuilder> part) {
        Check.notNull("part", part).accept(this);
        return this;
    }

    /** {@return what is wrong with what was given so far, as far as that is seen without building anything} */
    public Review review() {
        return new Review(plan);
    }

    /**
     * Checks the whole and puts it together; a failure leaves nothing behind. Nothing is started, no backend is waited for.
     *
     * @return the kernel; start it, and close it even if it was never started
     * @throws ConfigurationException if settings, names or jobs do not fit together or a backend lacks its library, with all
     *     problems; or if a setting is missing
     * @throws IllegalArgumentException if a hook has the name of one of the kernel's own
     */
    public Kernel build() {
        List<ConfigurationException.Problem> problems = review().problems();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Kernel(new Assembly(plan));
    }
}
