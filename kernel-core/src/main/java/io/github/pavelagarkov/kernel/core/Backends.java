package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.core.KernelConfig.StoreKind;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore;
import io.github.pavelagarkov.kernel.core.postgres.PostgresLeases;
import io.github.pavelagarkov.kernel.core.postgres.PostgresSettings;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisKeys;
import io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Where leases are kept and what stands on them: Redis or PostgreSQL, the lease store, the elector, the locks; and the pools
 * of connections. Opened without waiting for any of them.
 */
final class Backends {
    static final String REDIS = "redis";

    private final KernelConfig config;
    private final KernelClock clock;
    private final KernelThreads threads;
    /** What was opened here, the last one first: to be closed if the rest of the kernel cannot be built. */
    private final Deque<Runnable> opened = new ArrayDeque<>();

    private final PostgresPools pools;
    private final ClickHousePools clickHouse;
    private Optional<RedisConnection> redis = Optional.empty();
    private Optional<LeaseStore> store = Optional.empty();
    private Optional<LeaderElector> elector;
    private Optional<DistributedLock> locks;
    /** Ends the waiting for a lock of our own; nothing for somebody else's. */
    private Runnable closeLocks = () -> {};

    private Backends(Plan plan, Events events) {
        config = plan.config;
        clock = plan.clock;
        threads = plan.threads;
        elector = plan.elector;
        locks = plan.locks;
        pools = PostgresPools.open(plan);
        opened.push(pools::abandon);
        clickHouse = openClickHouse(plan, events);
        opened.push(clickHouse::abandon);
    }

    static Backends open(Plan plan, String identity, Events events, OverrunHandler overruns) {
        Backends backends = new Backends(plan, events);
        try {
            backends.connect(plan);
            backends.store.ifPresent(leases -> backends.openOver(leases, identity, events, overruns));
            return backends;
        } catch (RuntimeException | Error e) {
            backends.abandon();
            throw e;
        }
    }

    private ClickHousePools openClickHouse(Plan plan, Events events) {
        try {
            return ClickHousePools.open(plan, events);
        } catch (RuntimeException | Error e) {
            abandon();
            throw e;
        }
    }

    private void connect(Plan plan) {
        redis = plan.redis;
        if (plan.leaseStore.isPresent()) {
            store = plan.leaseStore;
            return;
        }
        if (redis.isEmpty()) {
            RedisSettings.of(config.redis()).ifPresent(this::connect);
        }
        Optional<PostgresSettings> postgres = PostgresSettings.of(config.postgres());
        store = storeKind(plan).map(chosen -> switch (chosen) {
            case REDIS -> RedisLeaseStore.over(redis.orElseThrow(() -> noServer("redis", "kernel.redis.uri")), keys());
            case POSTGRES ->
                plan.postgres
                        .<LeaseStore>map(
                                source -> PostgresLeaseStore.over(source, leases(), clock, this::postgresThread))
                        .or(() -> postgres.map(this::inPostgres))
                        .orElseThrow(() -> noServer("postgres", "kernel.postgres.url"));
            case MEMORY -> new InMemoryLeaseStore(clock);
        });
        store.ifPresent(own -> opened.push(own::close));
    }

    /** {@return whether Redis is what the settings say: nobody has given a connection, or a store} */
    static boolean opensRedis(Plan plan) {
        return plan.leaseStore.isEmpty()
                && plan.redis.isEmpty()
                && plan.config.redis().address().isPresent();
    }

    /** {@return whether leases are in the PostgreSQL of the settings} */
    static boolean keepsLeasesInPostgres(Plan plan) {
        return plan.leaseStore.isEmpty()
                && plan.postgres.isEmpty()
                && plan.config.postgres().url().isPresent()
                && storeKind(plan).filter(StoreKind.POSTGRES::equals).isPresent();
    }

    private static Optional<StoreKind> storeKind(Plan plan) {
        boolean redis = plan.redis.isPresent() || plan.config.redis().address().isPresent();
        boolean postgres =
                plan.postgres.isPresent() || plan.config.postgres().url().isPresent();
        return plan.config
                .leader()
                .store()
                .or(() -> redis ? Optional.of(StoreKind.REDIS) : Optional.empty())
                .or(() -> postgres ? Optional.of(StoreKind.POSTGRES) : Optional.empty());
    }

    private void connect(RedisSettings settings) {
        RedisConnection connection =
                RedisConnection.onDemand(settings, clock, task -> threads.newThread("kernel-redis", task));
        opened.push(connection::close);
        redis = Optional.of(connection);
    }

    private LeaseStore inPostgres(PostgresSettings settings) {
        return PostgresLeaseStore.open(settings, leases(), clock, this::postgresThread);
    }

    private Thread postgresThread(Runnable task) {
        return threads.newThread("kernel-postgres", task);
    }

    private PostgresLeases leases() {
        return PostgresLeases.of(config.requireApplication("a lease store in PostgreSQL"))
                .in(config.postgres().leaseTable())
                .withAttempt(config.leader().longestAttempt());
    }

    private static ConfigurationException noServer(String kind, String key) {
        return new ConfigurationException(List.of(new ConfigurationException.Problem(
                "kernel.leader.store",
                kind,
                "configuration",
                "needs " + key + ", or a connection given to the builder")));
    }

    private RedisKeys keys() {
        return config.redis().wire() == KernelConfig.RedisWire.GO
                ? RedisKeys.go()
                : RedisKeys.kernel(config.requireApplication("a lease store in Redis"));
    }

    private void openOver(LeaseStore leases, String identity, Events events, OverrunHandler overruns) {
        if (elector.isEmpty()) {
            LeaseLeaderElector elections =
                    LeaseLeaderElector.create(leases, identity, clock, threads, events, overruns);
            opened.push(elections::close);
            elector = Optional.of(elections);
        }
        if (locks.isEmpty()) {
            LeaseTiming timing = config.leader().defaults().timing();
            LeaseDistributedLock distributed = LeaseDistributedLock.create(
                    leases, identity, clock, threads, timing.attempt(), timing.pollMax(), events);
            closeLocks = distributed::close;
            opened.push(closeLocks);
            locks = Optional.of(distributed);
        }
    }

    /** Begins to connect to what nobody has used yet. Never blocks. */
    void connect() {
        redis.ifPresent(RedisConnection::connect);
    }

    /** Closes what was opened here, not what was given. */
    void abandon() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }

    void registerHooks(ShutdownRegistry shutdown, Duration electionsTimeout) {
        elector.ifPresent(
                open -> shutdown.register(HookSpec.of("elections", ShutdownRegistry.CRITICAL, context -> open.close())
                        .withTimeout(electionsTimeout)));
        locks.ifPresent(open -> shutdown.register("locks", ShutdownRegistry.LOW, context -> closeLocks.run()));
        pools.registerHooks(shutdown);
        clickHouse.registerHooks(shutdown);
        store.ifPresent(open -> shutdown.register("lease-store", ShutdownRegistry.LOWEST, context -> open.close()));
        redis.ifPresent(open -> shutdown.register(REDIS, ShutdownRegistry.LOWEST, context -> open.close()));
    }

    /** {@return where leases are kept, unless that is in {@link #redis()}} */
    Optional<LeaseStore> ownLeases() {
        return store.filter(leases -> !(leases instanceof RedisLeaseStore));
    }

    Optional<RedisConnection> redis() {
        return redis;
    }

    ClickHousePools clickHouse() {
        return clickHouse;
    }

    PostgresPools pools() {
        return pools;
    }

    LeaderElector elector() {
        return elector.orElseThrow(Backends::noStore);
    }

    DistributedLock locks() {
        return locks.orElseThrow(Backends::noStore);
    }

    private static IllegalStateException noStore() {
        return new IllegalStateException("elections and locks need a lease store: set kernel.redis.uri or"
                + " kernel.postgres.url, and kernel.application, or give one to the builder");
    }
}
