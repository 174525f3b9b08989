package io.github.pavelagarkov.kernel.clickhouse;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is done with a connection.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface ClickHouseWork<T> {
    /**
     * Does it, on the thread of whoever asked for it, once an attempt; must not keep or close the connection.
     *
     * @param connection nobody else has it
     * @return what came of it
     * @throws SQLException if it failed
     */
    T on(Connection connection) throws SQLException;
}
