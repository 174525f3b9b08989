package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import java.time.Duration;
import java.util.Optional;

/** Something that happened in a pool of connections to ClickHouse. */
public sealed interface ClickHouseEvent extends KernelEvent {
    /** {@return the name of the pool} */
    String pool();

    /**
     * An attempt has failed.
     *
     * @param pool the name of the pool
     * @param attempt which one, from 1
     * @param verdict what the failure means
     * @param next how long it is until the next attempt; empty if there is none
     */
    record AttemptFailed(String pool, int attempt, Verdict verdict, Optional<Duration> next)
            implements ClickHouseEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onClickHouseAttemptFailed(this);
        }
    }

    /**
     * All connections have been replaced.
     *
     * @param pool the name of the pool
     * @param address where they lead now, without a secret
     * @param report what came of it
     */
    record Reconnected(String pool, String address, ReconnectReport report) implements ClickHouseEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onClickHouseReconnected(this);
        }
    }

    /**
     * New connections were wanted and could not be had; the old ones go on.
     *
     * @param pool the name of the pool
     * @param cause why, without a secret
     */
    record ReconnectFailed(String pool, Throwable cause) implements ClickHouseEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onClickHouseReconnectFailed(this);
        }
    }

    /**
     * The connections that a reconnect has replaced are gone.
     *
     * @param pool the name of the pool
     * @param report how many were cut
     */
    record Drained(String pool, PoolCloseReport report) implements ClickHouseEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onClickHouseDrained(this);
        }
    }
}
