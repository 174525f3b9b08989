package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.clickhouse.BatchInsert;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells ClickHouse of every settled order, once: PostgreSQL keeps which orders make a batch, so a batch that is sent again,
 * after a crash or a lost answer, holds the same rows, and ClickHouse leaves out what it knows. Thread-safe.
 */
public final class SalesStream {
    /** The pool, as the YAML file names it. */
    static final String POOL = "sales";

    private static final String TABLE =
            "CREATE TABLE IF NOT EXISTS sales (order_id Int64, customer String, cents Int64)"
                    + " ENGINE = MergeTree ORDER BY order_id SETTINGS non_replicated_deduplication_window = 1000";

    private final OrderStore orders;
    private final ClickHousePool sales;

    SalesStream(OrderStore orders, ClickHousePool sales) {
        this.orders = orders;
        this.sales = sales;
    }

    /**
     * Sends what is settled and was not sent yet.
     *
     * @param run one run of the job
     */
    @Job(every = "30s", initialDelay = "0s", deadline = "20s", leader = "settlement")
    public void publish(JobContext run) {
        // For the sake of a short example; a service of yours has a tool for migrations.
        int unused = sales.execute(CallSpec.idempotentWrite(), connection -> create(connection));
        Optional<SalesBatch> next = orders.nextBatch();
        while (next.isPresent() && !run.stopRequested()) {
            SalesBatch batch = next.get();
            BatchInsert rows = BatchInsert.into("sales", "order_id", "customer", "cents");
            batch.orders().forEach(order -> rows.row(order.id(), order.customer(), order.cents()));
            rows.run(sales);
            orders.sent(batch);
            next = orders.nextBatch();
        }
    }

    private static int create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(TABLE);
        }
    }

    /** {@return what each customer has paid, the best ones first} */
    List<Turnover> best() {
        return sales.execute(CallSpec.read(), connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT customer, count() AS orders, sum(cents) AS paid"
                            + " FROM sales GROUP BY customer ORDER BY paid DESC, customer LIMIT 100")) {
                List<Turnover> best = new ArrayList<>();
                while (rows.next()) {
                    best.add(new Turnover(rows.getString("customer"), rows.getLong("orders"), rows.getLong("paid")));
                }
                return best;
            }
        });
    }

    /**
     * What a customer has paid.
     *
     * @param customer who
     * @param orders how many
     * @param cents how much
     */
    public record Turnover(String customer, long orders, long cents) {}
}
