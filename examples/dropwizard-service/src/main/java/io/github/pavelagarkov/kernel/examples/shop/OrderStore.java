package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.core.postgres.PostgresFence;
import io.github.pavelagarkov.kernel.examples.shop.Order.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The orders in PostgreSQL. Thread-safe. */
final class OrderStore {
    private static final int MOST = 100;
    private static final int BATCH = 10_000;
    private static final PostgresFence FENCE = PostgresFence.in("settlement_fence");

    private final Jdbi jdbi;

    OrderStore(Jdbi jdbi) {
        this.jdbi = jdbi;
        jdbi.registerRowMapper(ConstructorMapper.factory(Order.class));
    }

    void createTables() {
        jdbi.useTransaction(handle -> {
            // Replicas that start at the same time do it one after the other.
            handle.execute("SELECT pg_advisory_xact_lock(20261129)");
            handle.execute("CREATE TABLE IF NOT EXISTS orders (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                    + " customer TEXT NOT NULL, cents BIGINT NOT NULL, state TEXT NOT NULL DEFAULT 'OPEN',"
                    + " settled_under BIGINT, batch BIGINT, sent BOOLEAN NOT NULL DEFAULT FALSE)");
            handle.execute("CREATE SEQUENCE IF NOT EXISTS sales_batches");
            handle.execute("CREATE INDEX IF NOT EXISTS orders_open ON orders (id) WHERE state = 'OPEN'");
            handle.execute(FENCE.ddl());
        });
    }

    Order add(NewOrder order) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "INSERT INTO orders (customer, cents) VALUES (:customer, :cents) RETURNING *")
                .bindMethods(order)
                .mapTo(Order.class)
                .one());
    }

    Optional<Order> find(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM orders WHERE id = :id")
                .bind("id", id)
                .mapTo(Order.class)
                .findOne());
    }

    /** {@return the latest orders in a state, newest first} */
    List<Order> latest(State state) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM orders WHERE state = :state ORDER BY id DESC LIMIT :most")
                        .bind("state", state)
                        .bind("most", MOST)
                        .mapTo(Order.class)
                        .list());
    }

    /**
     * Settles what is open, unless a later leader has been here: whoever comes with an older token changes nothing, however
     * late he woke up.
     *
     * @return how many were settled; empty if the token is an old one
     */
    OptionalInt settle(long token) {
        return jdbi.inTransaction(handle -> {
            if (!passed(handle.getConnection(), token)) {
                return OptionalInt.empty();
            }
            return OptionalInt.of(handle.createUpdate(
                            "UPDATE orders SET state = 'SETTLED', settled_under = :token WHERE state = 'OPEN'")
                    .bind("token", token)
                    .execute());
        });
    }

    /** {@return settled orders that were not sent: a batch that was begun, else the next; empty if all were sent} */
    Optional<SalesBatch> nextBatch() {
        return jdbi.inTransaction(handle -> {
            Optional<Long> begun = handle.createQuery("SELECT min(batch) FROM orders WHERE NOT sent")
                    .mapTo(Long.class)
                    .findOne();
            long number = begun.isPresent() ? begun.get() : begin(handle);
            List<Order> orders = handle.createQuery("SELECT * FROM orders WHERE batch = :number ORDER BY id")
                    .bind("number", number)
                    .mapTo(Order.class)
                    .list();
            return orders.isEmpty() ? Optional.empty() : Optional.of(new SalesBatch(number, orders));
        });
    }

    private static long begin(Handle handle) {
        long number = handle.createQuery("SELECT nextval('sales_batches')")
                .mapTo(Long.class)
                .one();
        int unused = handle.createUpdate("UPDATE orders SET batch = :number WHERE id IN (SELECT id FROM orders"
                        + " WHERE state = 'SETTLED' AND batch IS NULL ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)")
                .bind("number", number)
                .bind("most", BATCH)
                .execute();
        return number;
    }

    void sent(SalesBatch batch) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE orders SET sent = TRUE WHERE batch = :number")
                .bind("number", batch.number())
                .execute());
    }

    private static boolean passed(Connection connection, long token) {
        try {
            return FENCE.pass(connection, "orders", token);
        } catch (SQLException e) {
            throw new IllegalStateException("the fence of the settlement cannot be asked", e);
        }
    }
}
