package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseErrors;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.job.JobTarget;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** What a {@link KernelBuilder} has collected. Not thread-safe. */
final class Plan {
    KernelConfig config = KernelConfig.defaults();
    List<Problem> wrongSettings = List.of();
    final List<Problem> givenTwice = new ArrayList<>();
    KernelClock clock = KernelClock.system();
    KernelThreads threads = KernelThreads.system();
    Optional<LeaseStore> leaseStore = Optional.empty();
    Optional<LeaderElector> elector = Optional.empty();
    Optional<DistributedLock> locks = Optional.empty();
    Optional<ReadinessBarrier> readiness = Optional.empty();
    Optional<ShutdownRegistry> shutdown = Optional.empty();
    Optional<RedisConnection> redis = Optional.empty();
    Optional<DataSource> postgres = Optional.empty();
    HostProfile host = HostProfile.PLAIN;
    final Map<String, DataSource> pools = new LinkedHashMap<>();
    final Map<String, ClickHousePool> clickHousePools = new LinkedHashMap<>();
    ClickHouseErrorPolicy clickHouseErrors = ClickHouseErrors.standard();
    final Map<String, SchedulerSpec> schedulers = new LinkedHashMap<>();
    final Map<String, JobScheduler> ownSchedulers = new LinkedHashMap<>();
    final Map<String, List<JobSpec>> jobs = new LinkedHashMap<>();
    final Map<String, List<Subsystem>> subsystems = new LinkedHashMap<>();
    final Map<String, List<JobSpec>> leaderJobs = new LinkedHashMap<>();
    final Map<String, Kernel.Body> components = new LinkedHashMap<>();
    final List<HookSpec> hooks = new ArrayList<>();
    final Map<String, KernelListener> listeners = new LinkedHashMap<>();
    final List<ContextCarrier> carriers = new ArrayList<>();
    final List<Supplier<? extends MeterSink>> meterSinks = new ArrayList<>();
    final List<JobTarget> jobBeans = new ArrayList<>();
    Function<String, Optional<String>> properties = key -> Optional.ofNullable(System.getProperty(key));

    /** Puts something under a name; that the name is not free is told with everything else. */
    <T> void add(String kind, Map<String, T> there, String name, T added) {
        if (there.putIfAbsent(Check.name(kind + " name", name), added) != null) {
            givenTwice.add(twice(kind, name));
        }
    }

    static Problem twice(String kind, String name) {
        return new Problem(kind + " name", name, "code", "must be unique, there is one already");
    }

    /** Puts something behind what stands under a name. */
    static <T> void append(Map<String, List<T>> there, String name, List<T> added) {
        there.computeIfAbsent(name, key -> new ArrayList<>()).addAll(added);
    }
}
