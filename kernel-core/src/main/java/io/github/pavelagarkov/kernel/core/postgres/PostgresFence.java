package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.Check;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A table that lets no late leader write: a row for each resource keeps the highest fencing token that has written to it.
 *
 * <pre>{@code
 * PostgresFence fence = PostgresFence.in("settlement_fence");
 * Optional<Integer> settled = fence.write(source, "orders", term.fencingToken(), connection -> settle(connection));
 * }</pre>
 *
 * <p>Promised: of two writes of one resource the one with the smaller token is refused if it comes later, and cannot come between
 * the check and the commit of the other, since the row stays locked until then. Not promised: anything about writes that do not
 * pass the fence. Immutable, thread-safe.
 */
public final class PostgresFence {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,62}";

    private final String table;

    private PostgresFence(String table) {
        this.table = table;
    }

    /**
     * What is written.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Writes, on the calling thread, in a transaction that is not its own to commit.
         *
         * @param connection of the transaction
         * @return what came of it; never null
         * @throws SQLException if it failed; the transaction is rolled back
         */
        T on(Connection connection) throws SQLException;
    }

    /**
     * {@return the fences in a table}
     *
     * @param table {@code name} or {@code schema.name}, of letters, digits and underscores
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static PostgresFence in(String table) {
        if (!Check.notNull("fence table", table).matches(NAME + "(\\." + NAME + ")?")) {
            throw new IllegalArgumentException(
                    "fence table must be letters, digits and underscores, with a schema before"
                            + " it if need be, was '" + Check.printable(table) + "'");
        }
        return new PostgresFence(table);
    }

    /** {@return the statement that creates the table unless it is there, for your migrations} */
    public String ddl() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (resource TEXT PRIMARY KEY, token BIGINT NOT NULL)";
    }

    /**
     * Creates the table unless it is there.
     *
     * @param connection of a role that may
     * @throws SQLException if it cannot be created
     */
    public void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl());
        }
    }

    /**
     * Passes the fence: the first statement of a transaction that writes. Waits for another transaction that has passed it for
     * the same resource.
     *
     * @param connection in a transaction
     * @param resource what is written to
     * @param token of the term under which it is written; positive
     * @return whether the write may go on; if not a later term has written, so roll back
     * @throws SQLException if the database refuses or is away
     * @throws IllegalArgumentException if the token is not positive
     * @throws IllegalStateException if the connection is in auto-commit, where the fence would be open again at once
     */
    public boolean pass(Connection connection, String resource, long token) throws SQLException {
        Check.notNull("resource", resource);
        if (token < 1) {
            throw new IllegalArgumentException("fencing token must be positive, was " + token);
        }
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("the fence of resource '" + Check.printable(resource)
                    + "' must be passed in a transaction, the connection is in auto-commit");
        }
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table
                + " AS fence (resource, token) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET token = excluded.token"
                + " WHERE fence.token <= excluded.token")) {
            statement.setString(1, resource);
            statement.setLong(2, token);
            return statement.executeUpdate() == 1;
        }
    }

    /**
     * Writes in a transaction of its own, unless a later term has written.
     *
     * @param source of the connection
     * @param resource what is written to
     * @param token of the term under which it is written; positive
     * @param work writes
     * @param <T> what comes of it
     * @return what came of it; empty if a later term has written, then nothing has changed
     * @throws SQLException if the work or the database failed; the transaction was rolled back, unless that was the commit
     */
    public <T> Optional<T> write(DataSource source, String resource, long token, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (!pass(connection, resource, token)) {
                    connection.rollback();
                    return Optional.empty();
                }
                Optional<T> result = Optional.of(Check.notNull("result of the work", work.on(connection)));
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
