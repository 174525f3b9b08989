package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.core.clickhouse.HikariClickHousePool;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pools of connections to ClickHouse by name: those of the configuration, and those that the application brings. */
final class ClickHousePools {
    private static final int LONGEST_NAME = 63;
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private final Map<String, ClickHousePool> pools = new TreeMap<>();
    /** Those of the configuration. */
    private final List<ClickHousePool> own = new ArrayList<>();

    private ClickHousePools() {}

    /** Opens all, without waiting for a server; leaves none behind if that fails. */
    static ClickHousePools open(Plan plan, Events events) {
        ClickHousePools opened = new ClickHousePools();
        try {
            Map<String, ClickHouseSettings> configured = plan.config.clickHouse();
            configured.forEach((name, settings) -> opened.own.add(open(name, settings, plan, events)));
            opened.own.forEach(pool -> opened.pools.put(pool.name(), pool));
            opened.pools.putAll(plan.clickHousePools);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.abandon();
            throw e;
        }
    }

    private static ClickHousePool open(String name, ClickHouseSettings settings, Plan plan, Events events) {
        return HikariClickHousePool.builder(name, settings)
                .policy(plan.clickHouseErrors)
                .clock(plan.clock)
                .threads(task -> plan.threads.newThread("kernel-clickhouse", task))
                .events(events::publish)
                .open();
    }

    /** Closes what was opened here: the rest of the kernel could not be built. */
    void abandon() {
        own.forEach(pool -> {
            var unused = pool.close(AT_ONCE);
        });
    }

    void registerHooks(ShutdownRegistry shutdown) {
        pools.forEach((name, pool) -> shutdown.register(
                backend(name), ShutdownRegistry.LOW, context -> close(pool, Schedulers.most(context))));
    }

    private static void close(ClickHousePool pool, Duration atMost) {
        PoolCloseReport report = pool.close(atMost);
        if (!report.clean()) {
            // The registry reports it, with the name of the hook.
            throw new KernelException("clickhouse pool '" + pool.name() + "' cut " + report.cut()
                    + " connections that were still lent out after " + atMost
                    + (report.complete() ? "" : "; it goes on ending in the background"));
        }
    }

    /** {@return what a pool is called among hooks and backends} */
    static String backend(String pool) {
        String full = "clickhouse-" + pool;
        return full.length() <= LONGEST_NAME ? full : pool;
    }

    ClickHousePool get(String name) {
        ClickHousePool found = pools.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no clickhouse pool '" + name + "', there are " + pools.keySet());
        }
        return found;
    }

    Map<String, ClickHousePool> all() {
        return Collections.unmodifiableMap(pools);
    }
}
