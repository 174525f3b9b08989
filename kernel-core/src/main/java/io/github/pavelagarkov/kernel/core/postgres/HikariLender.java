package io.github.pavelagarkov.kernel.core.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/** All that needs HikariCP itself. Thread-safe. */
final class HikariLender {
    private static final Duration SHORTEST_TRIAL = Duration.ofMillis(250);

    private final HikariDataSource pool;
    private final int max;

    private HikariLender(HikariDataSource pool, int max) {
        this.pool = pool;
        this.max = max;
    }

    /** Starts a pool, which opens its connections in the background. */
    static HikariLender start(String name, PostgresPoolSettings settings, DataSource logins, ThreadFactory threads) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(logins);
        config.setThreadFactory(threads);
        config.setMaximumPoolSize(settings.maxSize());
        config.setMinimumIdle(settings.minIdle());
        config.setIdleTimeout(settings.idleTimeout().toMillis());
        config.setMaxLifetime(settings.maxLifetime().toMillis());
        config.setKeepaliveTime(settings.keepalive().toMillis());
        config.setConnectionTimeout(settings.acquireTimeout().toMillis());
        config.setValidationTimeout(trial(settings).toMillis());
        // The constructor would wait for the first connection, and throw if there is none.
        config.setInitializationFailTimeout(-1);
        return new HikariLender(new HikariDataSource(config), settings.maxSize());
    }

    /** Half of what a caller has, so that after one connection that is silently dead there is time for another. */
    private static Duration trial(PostgresPoolSettings settings) {
        Duration half = settings.acquireTimeout().dividedBy(2);
        Duration trial = settings.connectTimeout().compareTo(half) < 0 ? settings.connectTimeout() : half;
        return trial.compareTo(SHORTEST_TRIAL) < 0 ? SHORTEST_TRIAL : trial;
    }

    HikariDataSource pool() {
        return pool;
    }

    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    PoolStats stats() {
        HikariPoolMXBean now = pool.getHikariPoolMXBean();
        return new PoolStats(
                now.getActiveConnections(),
                now.getIdleConnections(),
                now.getThreadsAwaitingConnection(),
                now.getTotalConnections(),
                max);
    }

    /** Cuts what is lent out and ends all threads; may take half a minute. */
    void close() {
        pool.close();
    }
}
