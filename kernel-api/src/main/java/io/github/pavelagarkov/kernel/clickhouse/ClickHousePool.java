package io.github.pavelagarkov.kernel.clickhouse;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Lends connections to ClickHouse. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CH-4 to CH-6</a>
 */
public interface ClickHousePool extends AutoCloseable {
    /** {@return the pool's name} */
    String name();

    /**
     * Borrows a connection; close it to give it back.
     *
     * @return a connection nobody else has
     * @throws SQLException if none could be had in the configured time
     */
    Connection connection() throws SQLException;

    /**
     * Asks the server for a sign of life.
     *
     * @param atMost how long it may take; positive
     * @return whether it answered in that time
     */
    boolean ping(Duration atMost);

    /** Closes idle connections at once and borrowed ones at the end of a bounded wait. Idempotent. */
    @Override
    void close();
}
