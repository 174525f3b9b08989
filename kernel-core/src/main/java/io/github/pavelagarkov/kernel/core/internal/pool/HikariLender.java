package io.github.pavelagarkov.kernel.core.internal.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/** All that needs HikariCP itself. Thread-safe. */
final class HikariLender {
    private final HikariDataSource pool;
    private final int max;

    private HikariLender(HikariDataSource pool, int max) {
        this.pool = pool;
        this.max = max;
    }

    /** Starts a pool, which opens its connections in the background. */
    static HikariLender start(PoolSubject subject, PoolLimits limits, DataSource logins, ThreadFactory threads) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(subject.name());
        config.setDataSource(logins);
        config.setThreadFactory(threads);
        config.setMaximumPoolSize(limits.maxSize());
        config.setMinimumIdle(limits.minIdle());
        config.setIdleTimeout(limits.idleTimeout().toMillis());
        config.setMaxLifetime(limits.maxLifetime().toMillis());
        config.setKeepaliveTime(limits.keepalive().toMillis());
        config.setConnectionTimeout(limits.acquireTimeout().toMillis());
        config.setValidationTimeout(limits.trial().toMillis());
        subject.testQuery().ifPresent(config::setConnectionTestQuery);
        config.setExceptionOverride(new Evictions(subject));
        // The constructor would wait for the first connection, and throw if there is none.
        config.setInitializationFailTimeout(-1);
        return new HikariLender(new HikariDataSource(config), limits.maxSize());
    }

    /** Asks the subject which failures end a connection. */
    private record Evictions(PoolSubject subject) implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException error) {
            return subject.endsConnection(error)
                    .map(ends -> ends ? Override.MUST_EVICT : Override.DO_NOT_EVICT)
                    .orElse(Override.CONTINUE_EVICT);
        }
    }

    HikariDataSource pool() {
        return pool;
    }

    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /** Closes one that is lent out, now, under the feet of whoever has it. */
    void evict(Connection lent) {
        pool.evictConnection(lent);
    }

    /** Closes all that are idle, and those that are lent out when they come back. */
    void evictAll() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    /** Closes all that are idle, and those that are lent out when they come back; keeps none ready any more. */
    void retire() {
        pool.getHikariConfigMXBean().setMinimumIdle(0);
        evictAll();
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
