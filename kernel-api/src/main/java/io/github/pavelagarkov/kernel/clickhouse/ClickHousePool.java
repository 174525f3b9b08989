package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Lends connections to one ClickHouse, and calls it with patience.
 *
 * <pre>{@code
 * long rows = pool.execute(CallSpec.read(), connection -> count(connection));
 * }</pre>
 *
 * <p>Connections are in auto-commit and know no transactions. Not promised: that a statement which runs over the end of its
 * connection has not happened; {@link Verdict#applied()} says what is known. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CH-4 to CH-6</a>
 */
public interface ClickHousePool extends AutoCloseable {
    /** How long the same settings are not tried again: whoever asks sooner gets the answer of the last attempt. */
    Duration RECONNECT_PAUSE = Duration.ofSeconds(5);

    /** {@return the pool's name} */
    String name();

    /** {@return the settings in force: those it was opened with, or those of the last reconnect that went well} */
    ClickHouseSettings settings();

    /**
     * Borrows a connection; close it to give it back. Do so again for every call: after a reconnect an old one still works, for
     * a bounded time, with the old settings.
     *
     * @return a connection nobody else has
     * @throws SQLException if none could be had in the configured time, says why; if the pool is closed
     */
    Connection connection() throws SQLException;

    /**
     * Does some work on a connection, and again if the failure allows it: after the pause that the verdict on it asks for,
     * which grows and is jittered, and on a new connection if it asks for that. An attempt that is under way at the deadline is
     * cut. Runs and waits on the calling thread.
     *
     * @param spec how often and how long; whether the work may be done twice
     * @param work done once an attempt
     * @param <T> what comes of it
     * @return what came of the attempt that did not fail
     * @throws ClickHouseCallException if an attempt failed and none may follow: the failure is final, the work may have
     *     happened and must not happen twice, attempts or time are used up, or the thread was interrupted (it still is)
     * @throws IllegalStateException if the pool is closed
     */
    <T> T execute(CallSpec spec, ClickHouseWork<T> work);

    /**
     * Replaces all connections by new ones with the settings in force, as {@link #reconnect(ClickHouseSettings)}.
     *
     * @return what came of it
     * @throws io.github.pavelagarkov.kernel.BackendUnavailableException if the server did not answer; nothing has changed
     */
    ReconnectReport reconnect();

    /**
     * Replaces all connections by new ones. They must answer before anybody gets one; those that are lent out then go on for
     * {@link ClickHouseSettings#drainTimeout()} and are cut after that. One reconnect at a time: whoever asks for the same
     * meanwhile gets the same answer. Blocks for as long as opening one connection may take.
     *
     * @param settings to be in force from now on
     * @return what came of it
     * @throws io.github.pavelagarkov.kernel.BackendUnavailableException if the server did not answer; nothing has changed
     * @throws IllegalStateException if the pool is closed
     */
    ReconnectReport reconnect(ClickHouseSettings settings);

    /**
     * Asks the server for a sign of life. Never throws because there is none.
     *
     * @param atMost how long it may take; positive
     * @return whether it answered in that time, otherwise why not
     */
    PoolPing ping(Duration atMost);

    /** {@return how busy it is now, without connections that a reconnect has replaced} */
    PoolStats stats();

    /**
     * Closes it: lends no more, waits for what is lent out, and cuts what has not come back when the time is nearly over.
     * Idempotent: later calls return the report of the first.
     *
     * @param atMost how long it may take; positive
     * @return what became of the connections
     */
    PoolCloseReport close(Duration atMost);

    /** The same as {@link #close(Duration)} with 5 s, without the report. */
    @Override
    void close();
}
