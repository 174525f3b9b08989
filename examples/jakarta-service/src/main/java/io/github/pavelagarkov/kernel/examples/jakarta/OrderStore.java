package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.cdi.KernelNamed;
import io.github.pavelagarkov.kernel.core.postgres.PostgresFence;
import io.github.pavelagarkov.kernel.examples.jakarta.Order.State;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** The orders in PostgreSQL. Thread-safe. */
@ApplicationScoped
public class OrderStore {
    private static final int MOST = 100;
    private static final PostgresFence FENCE = PostgresFence.in("settlement_fence");

    @Inject
    @KernelNamed("orders")
    DataSource source;

    /** For the sake of a short example; a service of yours has a tool for migrations. */
    void createTables(@Observes Startup event) {
        run(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // Replicas that start at the same time do it one after the other.
                statement.execute("SELECT pg_advisory_xact_lock(20261129)");
                statement.execute(
                        "CREATE TABLE IF NOT EXISTS orders (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                                + " customer TEXT NOT NULL, cents BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'OPEN',"
                                + " settled_under BIGINT)");
                statement.execute("CREATE INDEX IF NOT EXISTS orders_open ON orders (id) WHERE state = 'OPEN'");
                statement.execute(FENCE.ddl());
            }
            connection.commit();
            return List.of();
        });
    }

    Order add(String customer, long cents) {
        return run(connection -> query(
                        connection, "INSERT INTO orders (customer, cents) VALUES (?, ?) RETURNING *", customer, cents))
                .get(0);
    }

    Optional<Order> find(long id) {
        return run(connection -> query(connection, "SELECT * FROM orders WHERE id = ?", id)).stream()
                .findFirst();
    }

    /** {@return the latest orders in a state, newest first} */
    List<Order> latest(State state) {
        return run(connection ->
                query(connection, "SELECT * FROM orders WHERE state = ? ORDER BY id DESC LIMIT " + MOST, state.name()));
    }

    /**
     * Settles what is open, unless a later leader has been here: whoever comes with an older token changes nothing, however
     * late he woke up.
     *
     * @return how many were settled; empty if the token is an old one
     */
    OptionalInt settle(long token) {
        return run(connection -> {
            connection.setAutoCommit(false);
            if (!FENCE.pass(connection, "orders", token)) {
                connection.rollback();
                return OptionalInt.empty();
            }
            int settled = update(
                    connection, "UPDATE orders SET state = 'SETTLED', settled_under = ? WHERE state = 'OPEN'", token);
            connection.commit();
            return OptionalInt.of(settled);
        });
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** A transaction that was not committed is rolled back when the pool gets its connection back. */
    private <T> T run(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the orders cannot be reached: " + e.getMessage(), e);
        }
    }

    private static List<Order> query(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<Order> orders = new ArrayList<>();
            while (rows.next()) {
                orders.add(new Order(
                        rows.getLong("id"),
                        rows.getString("customer"),
                        rows.getLong("cents"),
                        State.valueOf(rows.getString("state")),
                        token(rows)));
            }
            return orders;
        }
    }

    private static OptionalLong token(ResultSet row) throws SQLException {
        long token = row.getLong("settled_under");
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(token);
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
