package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Uses what only a pool of connections to ClickHouse has, and says what comes of it. */
final class ClickHouseUser {
    private final ClickHousePool pool;
    private final Executor threads;
    private final Consumer<String> says;

    ClickHouseUser(ClickHousePool pool, Executor threads, Consumer<String> says) {
        this.pool = pool;
        this.threads = threads;
        this.says = says;
    }

    /** While a statement runs: first to a wrong password, then to the settings that are right. */
    void reconnect() {
        threads.execute(() -> says.accept("long statement "
                + outcome(() -> {
                    try (var connection = pool.connection();
                            Statement statement = connection.createStatement()) {
                        says.accept("long statement begins");
                        var unused = statement.execute("SELECT sleep(3)");
                    }
                })));
        threads.execute(() -> {
            says.accept("reconnect with a wrong password " + outcome(() -> pool.reconnect(wrong(pool.settings()))));
            says.accept("reconnect " + outcome(pool::reconnect));
        });
    }

    private static ClickHouseSettings wrong(ClickHouseSettings settings) {
        ClickHouseSettings.Builder wrong =
                ClickHouseSettings.builder(settings.url().text()).password(Secret.of("wr0ng-s3cr3t"));
        settings.username().ifPresent(wrong::username);
        return wrong.build();
    }

    /** A row that must not be written twice, and then one that may. Each takes the server two seconds. */
    void write() {
        threads.execute(() -> {
            says.accept("write " + outcome(() -> insert(CallSpec.write(), "write")));
            says.accept("idempotent write " + outcome(() -> insert(CallSpec.idempotentWrite(), "idempotent")));
        });
    }

    private void insert(CallSpec spec, String kind) {
        pool.execute(spec, connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("INSERT INTO tck_rows SELECT '" + kind + "', sleep(2)");
            }
        });
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static String outcome(Step step) {
        try {
            step.run();
            return "works";
        } catch (SQLException | KernelException e) {
            return "fails: " + e;
        }
    }
}
