package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import io.github.pavelagarkov.kernel.core.internal.pool.OwnPool;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolLimits;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolProbe;
import java.time.Duration;

/** The connections between two reconnects. Thread-safe. */
record PoolGeneration(ClickHouseSettings settings, OwnPool pool, PoolProbe probe) {
    static PoolGeneration start(ClickHouseSubject subject, PoolParts parts) {
        ClickHouseSettings settings = subject.settings();
        ConnectionSource source = ClickHouseDriver.connections(subject.name(), settings);
        OwnPool pool = OwnPool.start(subject, limits(settings), source, parts.clock(), parts.threads());
        PoolProbe probe = new PoolProbe(pool::openForProbe, subject, pool::trouble, parts.clock(), parts.threads());
        return new PoolGeneration(settings, pool, probe);
    }

    private static PoolLimits limits(ClickHouseSettings settings) {
        // No keepalive: an unused connection is a socket that the driver opens again when it has to.
        return new PoolLimits(
                settings.maxSize(),
                settings.minIdle(),
                settings.idleTimeout(),
                settings.maxLifetime(),
                Duration.ZERO,
                settings.connectTimeout(),
                settings.acquireTimeout());
    }
}
