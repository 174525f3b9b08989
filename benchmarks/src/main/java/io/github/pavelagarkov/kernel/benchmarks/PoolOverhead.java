package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseErrors;
import io.github.pavelagarkov.kernel.core.clickhouse.HikariClickHousePool;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What the pools add to the bare driver, whose one connection is kept: a query of one row, and an insert of 1,000. The tables keep
 * little or nothing, so that the servers' own work hides as little as it can. And what judging an error costs.
 */
final class PoolOverhead {
    private static final long SEED = 20_261_129;
    private static final int ROWS = 1_000;
    private static final String ONE = "SELECT 1";
    private static final String INSERT = "INSERT INTO bench_rows (id, name) VALUES (?, ?)";

    /**
     * How much is measured.
     *
     * @param rounds slices of each contender
     * @param queries of each slice
     * @param inserts of each slice
     * @param warmUp rounds that come first and are dropped
     */
    record Size(int rounds, int queries, int inserts, int warmUp) {
        static final Size FULL = new Size(Integer.getInteger("bench.pools.rounds", 60), 400, 15, 8);
    }

    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Contender {
        void run(Work work) throws SQLException;
    }

    private PoolOverhead() {}

    static void run() throws SQLException {
        clickHouse(Size.FULL).forEach(PoolOverhead::print);
        postgres(Size.FULL).forEach(PoolOverhead::print);
        System.out.println("target: <= 1.03");
        System.out.println();
        judge();
    }

    // ---- pools

    /** {@return microseconds of each slice, by contender, by what was asked} */
    static Map<String, Map<String, List<Double>>> clickHouse(Size size) throws SQLException {
        try (ClickHouseProcess server = ClickHouseProcess.start();
                Connection kept = DriverManager.getConnection(server.url(), asThePool(server));
                ClickHousePool pool = HikariClickHousePool.open("bench", settings(server))) {
            execute(kept, "CREATE TABLE bench_rows (id Int64, name String) ENGINE = Null");
            Map<String, Contender> contenders = new LinkedHashMap<>();
            contenders.put("driver", work -> work.on(kept));
            // Twice, so that the difference of the two says what a difference means.
            contenders.put("driver, again", work -> work.on(kept));
            contenders.put("pool, connection()", work -> {
                try (Connection lent = pool.connection()) {
                    work.on(lent);
                }
            });
            contenders.put("pool, execute()", work -> {
                var unused = pool.execute(CallSpec.read(), lent -> {
                    work.on(lent);
                    return 0;
                });
            });
            return measure("clickhouse", contenders, size);
        }
    }

    private static Properties asThePool(ClickHouseProcess server) {
        Properties properties = new Properties();
        properties.setProperty("user", server.user());
        properties.setProperty("password", server.password());
        properties.setProperty("compress", "true");
        properties.setProperty("decompress", "true");
        properties.setProperty("max_open_connections", "1");
        properties.setProperty("socket_timeout", "30000");
        return properties;
    }

    private static ClickHouseSettings settings(ClickHouseProcess server) {
        return ClickHouseSettings.builder(server.url())
                .username(server.user())
                .password(Secret.of(server.password()))
                .build();
    }

    /** {@return as {@link #clickHouse}} */
    static Map<String, Map<String, List<Double>>> postgres(Size size) throws SQLException {
        try (PostgresProcess server = PostgresProcess.start();
                Connection kept = server.connect();
                PostgresPool pool = PostgresPool.open("bench", settings(server))) {
            execute(kept, "CREATE UNLOGGED TABLE bench_rows (id bigint, name text)");
            // What is inserted is dropped at once: the table stays as small as when it was new.
            execute(kept, "CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
            execute(
                    kept,
                    "CREATE TRIGGER drop_rows BEFORE INSERT ON bench_rows FOR EACH ROW EXECUTE FUNCTION drop_row()");
            Map<String, Contender> contenders = new LinkedHashMap<>();
            contenders.put("driver", work -> work.on(kept));
            contenders.put("driver, again", work -> work.on(kept));
            contenders.put("pool", work -> {
                try (Connection lent = pool.dataSource().getConnection()) {
                    work.on(lent);
                }
            });
            return measure("postgres", contenders, size);
        }
    }

    private static PostgresPoolSettings settings(PostgresProcess server) {
        return PostgresPoolSettings.builder(server.url())
                .username(server.user())
                .password(Secret.of(server.password()))
                .build();
    }

    private static Map<String, Map<String, List<Double>>> measure(
            String server, Map<String, Contender> contenders, Size size) throws SQLException {
        Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
        all.put(server + ": SELECT 1", slices(contenders, PoolOverhead::query, size.queries, size));
        all.put(server + ": insert of " + ROWS + " rows", slices(contenders, PoolOverhead::insert, size.inserts, size));
        return all;
    }

    private static Map<String, List<Double>> slices(Map<String, Contender> contenders, Work work, int calls, Size size)
            throws SQLException {
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> micros.put(name, new ArrayList<>()));
        List<Map.Entry<String, Contender>> turn = new ArrayList<>(contenders.entrySet());
        Random random = new Random(SEED);
        for (int round = -size.warmUp; round < size.rounds; round++) {
            Collections.shuffle(turn, random);
            for (Map.Entry<String, Contender> contender : turn) {
                long start = System.nanoTime();
                for (int call = 0; call < calls; call++) {
                    contender.getValue().run(work);
                }
                double each = (System.nanoTime() - start) / 1e3 / calls;
                if (round >= 0) {
                    micros.getOrDefault(contender.getKey(), new ArrayList<>()).add(each);
                }
            }
        }
        return micros;
    }

    private static void query(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ONE)) {
            if (!rows.next()) {
                throw new SQLException("no row");
            }
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (int row = 0; row < ROWS; row++) {
                statement.setLong(1, row);
                statement.setString(2, "the name of a row");
                statement.addBatch();
            }
            int unused = statement.executeBatch().length;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private static void print(String what, Map<String, List<Double>> micros) {
        List<Double> driver = micros.getOrDefault("driver", List.of());
        System.out.printf(Locale.ROOT, "%-36s %12s %26s%n", what, "us a call", "this / driver, by round");
        micros.forEach((name, each) -> {
            double[] ratios = IntStream.range(0, each.size())
                    .mapToDouble(i -> each.get(i) / driver.get(i))
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "  %-34s %12.1f %26.3f%n",
                    name,
                    GrpcOverhead.median(
                            each.stream().mapToDouble(Double::doubleValue).toArray()),
                    GrpcOverhead.median(ratios));
        });
    }

    // ---- the policy

    private static void judge() {
        ClickHouseErrorPolicy policy = ClickHouseErrors.standard();
        Map<String, SQLException> failures = new LinkedHashMap<>();
        failures.put("a server's error", new SQLException("Code: 159. DB::Exception: Timeout exceeded", "07000", 159));
        failures.put(
                "the same, no vendor code",
                new SQLException("Code: 159. DB::Exception: Timeout exceeded (TIMEOUT_EXCEEDED)"));
        failures.put(
                "a refused connection", new SQLException("connect", "08000", new java.net.ConnectException("refused")));
        failures.forEach((what, failure) -> {
            Reads.Cost cost =
                    Reads.measure(1_000_000, () -> policy.judge(failure).code().isPresent());
            System.out.printf(
                    Locale.ROOT,
                    "judge: %-28s %8.1f ns, %5.1f bytes a call%n",
                    what,
                    cost.nanos(),
                    (double) cost.bytes() / cost.calls());
        });
        System.out.println("target: <= 200 ns for a server's error, no bytes but the verdict's");
    }
}
