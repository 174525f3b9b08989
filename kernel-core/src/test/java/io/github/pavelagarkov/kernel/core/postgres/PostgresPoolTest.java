package io.github.pavelagarkov.kernel.core.postgres;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.internal.pool.PoolLimits;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pool over a real PostgreSQL that is well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresPoolTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @Test
    void pg1_theServerSeesNameAndNumberOfConnections() throws SQLException {
        PostgresPoolSettings settings = PostgresFixture.pool(postgres)
                .applicationName("shop of tests")
                .maxSize(8)
                .build();
        try (PostgresPool pool = PostgresPool.open("orders", settings)) {
            await().atMost(PATIENCE).until(() -> connectionsOf("shop of tests") == 2);
            assertThat(pool.stats()).contains(new PoolStats(0, 2, 0, 2, 8));

            List<Connection> lent = borrow(pool, 8);

            assertThat(connectionsOf("shop of tests")).isEqualTo(8);
            assertThat(pool.stats())
                    .hasValueSatisfying(stats -> assertThat(stats.exhausted()).isTrue());
            giveBack(lent);
        }
    }

    @Test
    void pg1_theNameOfThePoolIsWhatTheServerSeesUnlessTheUrlSaysOtherwise() {
        PostgresPoolSettings plain =
                PostgresFixture.pool(postgres).maxSize(1).minIdle(1).build();
        PostgresPoolSettings named = PostgresFixture.pool(postgres, "?ApplicationName=of-url")
                .maxSize(1)
                .minIdle(1)
                .build();
        try (PostgresPool one = PostgresPool.open("audit", plain);
                PostgresPool two = PostgresPool.open("mail", named)) {
            await().atMost(PATIENCE).until(() -> connectionsOf("audit") == 1 && connectionsOf("of-url") == 1);
            assertThat(one).hasToString("PostgresPool[audit, " + plain.address() + "]");
            assertThat(two.settings()).contains(named);
        }
    }

    @Test
    void pg1_thePoolGetsWhatTheSettingsSay() {
        PostgresPoolSettings settings = PostgresFixture.pool(postgres)
                .maxSize(7)
                .minIdle(3)
                .idleTimeout(Duration.ofSeconds(10))
                .maxLifetime(Duration.ofSeconds(31))
                .keepalive(Duration.ofSeconds(30))
                .connectTimeout(Duration.ofMillis(700))
                .acquireTimeout(Duration.ofMillis(800))
                .build();

        assertThat(settings.limits())
                .isEqualTo(new PoolLimits(
                        7,
                        3,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(31),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(700),
                        Duration.ofMillis(800)));
    }

    @Test
    void pg1_aLoginIsBoundedAndAStatementIsNot() throws SQLException {
        PostgresPoolSettings settings =
                PostgresFixture.pool(postgres).connectTimeout(SECOND).build();
        PostgresPoolSettings limited = PostgresFixture.pool(postgres, "?socketTimeout=7")
                .connectTimeout(SECOND)
                .build();
        try (PostgresPool pool = PostgresPool.open("orders", settings);
                PostgresPool bounded = PostgresPool.open("bounded", limited);
                Connection free = pool.dataSource().getConnection();
                Connection short7 = bounded.dataSource().getConnection()) {
            assertThat(free.getNetworkTimeout()).isZero();
            assertThat(short7.getNetworkTimeout()).isEqualTo(7_000);
            assertThat(one(free, "SELECT 1 FROM pg_sleep(1.2)")).isEqualTo("1");
        }
    }

    @Test
    void pg1_tlsIsAskedForAsTheSettingSays() {
        PostgresPoolSettings settings = PostgresFixture.pool(postgres)
                .sslMode(PostgresPoolSettings.SslMode.VERIFY_FULL)
                .acquireTimeout(Duration.ofMillis(2_100))
                .build();
        try (PostgresPool pool = PostgresPool.open("orders", settings)) {
            // The server of the tests has no certificate.
            assertThatThrownBy(() -> pool.dataSource().getConnection())
                    .hasMessageEndingWith("/postgres refused the call: The server does not support SSL. (08004)");
        }
    }

    @Test
    void pg4_aPoolThatLendsNothingClosesCleanAndLeavesNoThreadAndNoConnection() throws SQLException {
        Set<Thread> made = ConcurrentHashMap.newKeySet();
        PostgresPool pool = PostgresPool.open(
                "orders",
                PostgresFixture.pool(postgres).applicationName("closes-clean").build(),
                KernelClock.system(),
                task -> {
                    Thread thread = new Thread(task);
                    made.add(thread);
                    return thread;
                });
        giveBack(borrow(pool, 3));
        assertThat(pool.ping(PATIENCE).trouble()).isEmpty();

        PoolCloseReport report = pool.close(PATIENCE);

        assertThat(report.clean()).isTrue();
        assertThat(pool.close(PATIENCE)).isEqualTo(report);
        assertThat(made).isNotEmpty().allMatch(thread -> thread.getName().equals("kernel-postgres-orders"));
        await().atMost(PATIENCE).until(() -> made.stream().noneMatch(Thread::isAlive));
        await().atMost(PATIENCE).until(() -> connectionsOf("closes-clean") == 0);
        assertThatThrownBy(() -> pool.dataSource().getConnection())
                .isInstanceOf(SQLException.class)
                .hasMessage("postgres pool 'orders' is closed");
    }

    @Test
    void pg4_whatIsNotGivenBackIsCutWithinTheBoundAndReported() throws SQLException {
        PostgresPool pool = PostgresPool.open(
                "orders", PostgresFixture.pool(postgres).applicationName("cut").build());
        List<Connection> lent = borrow(pool, 2);
        Duration most = Duration.ofMillis(1_500);
        long from = System.nanoTime();

        PoolCloseReport report = pool.close(most);

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(SECOND, most.plusMillis(500));
        assertThat(report.cut()).isEqualTo(2);
        assertThat(report.complete()).isTrue();
        assertThatThrownBy(() -> one(lent.get(0), "SELECT 1")).isInstanceOf(SQLException.class);
        await().atMost(PATIENCE).until(() -> connectionsOf("cut") == 0);
    }

    @Test
    void pg4_whatComesBackInTimeIsNotCut() throws Exception {
        PostgresPool pool =
                PostgresPool.open("orders", PostgresFixture.pool(postgres).build());
        Connection lent = pool.dataSource().getConnection();
        Thread user = new Thread(() -> {
            try (lent) {
                one(lent, "SELECT 1 FROM pg_sleep(0.3)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        user.start();

        PoolCloseReport report = pool.close(PATIENCE);

        assertThat(report.clean()).isTrue();
        assertThat(report.took()).isBetween(Duration.ofMillis(100), PATIENCE.dividedBy(2));
    }

    @Test
    void pg4_aFrozenServerDoesNotHoldUpTheClose() throws SQLException {
        PostgresPool pool =
                PostgresPool.open("orders", PostgresFixture.pool(postgres).build());
        var unused = borrow(pool, 2);
        postgres.pause();
        try {
            PoolCloseReport report = pool.close(Duration.ofSeconds(2));

            assertThat(report.cut()).isEqualTo(2);
            assertThat(report.took()).isLessThan(Duration.ofMillis(2_500));
        } finally {
            postgres.resume();
        }
    }

    @Test
    void pg4_anInterruptClosesAtOnceAndStays() throws SQLException {
        PostgresPool pool =
                PostgresPool.open("orders", PostgresFixture.pool(postgres).build());
        var unused = borrow(pool, 1);

        Thread.currentThread().interrupt();
        PoolCloseReport report = pool.close(PATIENCE);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.cut()).isEqualTo(1);
        assertThat(report.took()).isLessThan(Duration.ofSeconds(2));
        await().atMost(PATIENCE).until(() -> pool.stats().orElseThrow().total() == 0);
    }

    @Test
    void aPoolThatHasLentEverythingSaysSoAndIsNotDead() throws SQLException {
        PostgresPoolSettings settings = PostgresFixture.pool(postgres)
                .maxSize(2)
                .connectTimeout(Duration.ofMillis(200))
                .acquireTimeout(Duration.ofMillis(300))
                .build();
        try (PostgresPool pool = PostgresPool.open("orders", settings)) {
            List<Connection> lent = borrow(pool, 2);

            assertThatThrownBy(() -> pool.dataSource().getConnection())
                    .hasMessage("postgres pool 'orders' lent no connection within PT0.3S: 2 of 2 connections lent out,"
                            + " 0 idle, 0 callers waiting");
            assertThat(pool.ping(PATIENCE).answered()).isTrue();
            giveBack(lent);
        }
    }

    @Test
    void pg2_aDataSourceOfTheApplicationIsUsedAndNeverClosed() throws SQLException {
        PostgresPoolSettings settings =
                PostgresFixture.pool(postgres).maxSize(2).build();
        try (PostgresPool theirs = PostgresPool.open("theirs", settings)) {
            PostgresPool pool = PostgresPool.over("orders", theirs.dataSource(), KernelClock.system(), Thread::new);

            assertThat(pool.dataSource()).isSameAs(theirs.dataSource());
            assertThat(pool.ping(PATIENCE).answered()).isTrue();
            assertThat(pool.stats()).isEmpty();
            assertThat(pool.settings()).isEmpty();
            assertThat(pool.close(SECOND)).isEqualTo(new PoolCloseReport(0, true, Duration.ZERO));

            giveBack(borrow(pool, 2));
        }
    }

    private static List<Connection> borrow(PostgresPool pool, int count) throws SQLException {
        List<Connection> lent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lent.add(pool.dataSource().getConnection());
        }
        return lent;
    }

    private static void giveBack(List<Connection> lent) throws SQLException {
        for (Connection connection : lent) {
            connection.close();
        }
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private long connectionsOf(String application) {
        return Long.parseLong(
                postgres.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + application + "'")
                        .get(0)
                        .get(0));
    }
}
