package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/** The pools of a kernel by name: those of the configuration, and those over data sources of the application. */
final class PostgresPools {
    private static final int LONGEST_NAME = 63;
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private final Map<String, PostgresPool> pools = new TreeMap<>();

    private PostgresPools() {}

    /** Opens all, without waiting for a server; leaves none behind if that fails. */
    static PostgresPools open(Plan plan) {
        PostgresPools opened = new PostgresPools();
        try {
            Map<String, DataSource> brought = brought(plan);
            ThreadFactory threads = task -> plan.threads.newThread("kernel-postgres", task);
            plan.config
                    .postgres()
                    .pools()
                    .forEach((name, settings) ->
                            opened.pools.put(name, PostgresPool.open(name, settings, plan.clock, threads)));
            brought.forEach(
                    (name, source) -> opened.pools.put(name, PostgresPool.over(name, source, plan.clock, threads)));
            return opened;
        } catch (RuntimeException | Error e) {
            opened.abandon();
            throw e;
        }
    }

    /** {@return the pools that others have made: the application, or the server, in its naming directory} */
    private static Map<String, DataSource> brought(Plan plan) {
        KernelConfig.Postgres config = plan.config.postgres();
        Map<String, DataSource> brought = new TreeMap<>(plan.pools);
        config.jndi().forEach((name, where) -> brought.put(name, NamingDirectory.dataSource(name, where)));
        return brought;
    }

    /** Closes what was opened here: the rest of the kernel could not be built. */
    void abandon() {
        pools.values().forEach(pool -> {
            var unused = pool.close(AT_ONCE);
        });
    }

    void registerHooks(ShutdownRegistry shutdown) {
        pools.forEach((name, pool) -> {
            if (pool.settings().isPresent()) {
                shutdown.register(
                        backend(name), ShutdownRegistry.LOW, context -> close(pool, Schedulers.most(context)));
            }
        });
    }

    private static void close(PostgresPool pool, Duration atMost) {
        PoolCloseReport report = pool.close(atMost);
        if (!report.clean()) {
            // The registry reports it, with the name of the hook.
            throw new KernelException("postgres pool '" + pool.name() + "' cut " + report.cut()
                    + " connections that were still lent out after " + atMost
                    + (report.complete() ? "" : "; it goes on ending in the background"));
        }
    }

    /** {@return what a pool is called among hooks and backends} */
    static String backend(String pool) {
        String full = "postgres-" + pool;
        return full.length() <= LONGEST_NAME ? full : pool;
    }

    PostgresPool get(String name) {
        PostgresPool found = pools.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no postgres pool '" + name + "', there are " + pools.keySet());
        }
        return found;
    }

    Map<String, PostgresPool> all() {
        return Collections.unmodifiableMap(pools);
    }
}
