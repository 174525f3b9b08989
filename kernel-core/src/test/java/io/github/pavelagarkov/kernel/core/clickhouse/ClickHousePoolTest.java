package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings.Compression;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pool over a real ClickHouse, with the real driver: what it lends and how it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClickHousePoolTest {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ClickHouseProcess clickhouse = ClickHouseProcess.builder()
            .user("other", "<max_threads>1</max_threads>")
            .start();

    @AfterAll
    void end() {
        clickhouse.close();
    }

    static ClickHouseSettings.Builder settings(ClickHouseProcess server) {
        return settings(server, server.port());
    }

    static ClickHouseSettings.Builder settings(ClickHouseProcess server, int port) {
        return ClickHouseSettings.builder(server.url().replace(":" + server.port(), ":" + port))
                .username(server.user())
                .password(Secret.of(server.password()))
                .connectTimeout(Duration.ofMillis(700))
                .acquireTimeout(Duration.ofSeconds(10));
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static String one(ClickHousePool pool, String sql) throws SQLException {
        try (Connection connection = pool.connection()) {
            return one(connection, sql);
        }
    }

    @Test
    void ch6_theServerSeesTheNameAndTheUserOfTheSettings() throws SQLException {
        String agent = "SELECT http_user_agent FROM system.processes WHERE query LIKE '%http_user_agent%'";
        ClickHouseSettings named =
                settings(clickhouse).clientName("orders of shop").build();
        try (ClickHousePool plain =
                        HikariClickHousePool.open("events", settings(clickhouse).build());
                ClickHousePool other = HikariClickHousePool.open("events", named)) {
            assertThat(one(plain, agent)).startsWith("events ");
            assertThat(one(other, agent)).startsWith("orders of shop ");
            assertThat(one(plain, "SELECT currentUser()")).isEqualTo(clickhouse.user());
            assertThat(plain)
                    .hasToString("ClickHousePool[events, " + plain.settings().address() + "]");
        }
    }

    @Test
    void ch6_compressionIsSeenOnTheWire() throws SQLException {
        String rows = "SELECT repeat('kernel', 1000000)";
        long compressed;
        long plain;
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port())) {
            try (ClickHousePool pool = HikariClickHousePool.open(
                    "events", settings(clickhouse, proxy.port()).build())) {
                assertThat(one(pool, rows)).hasSize(6_000_000);
                compressed = proxy.bytes(TcpProxy.Direction.REPLY);
            }
            try (ClickHousePool pool = HikariClickHousePool.open(
                    "events",
                    settings(clickhouse, proxy.port())
                            .compression(Compression.NONE)
                            .build())) {
                assertThat(one(pool, rows)).hasSize(6_000_000);
                plain = proxy.bytes(TcpProxy.Direction.REPLY) - compressed;
            }
        }
        assertThat(compressed).isLessThan(100_000);
        assertThat(plain).isGreaterThan(6_000_000);
    }

    @Test
    void ch6_oneSocketForEachConnection() throws SQLException {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
                ClickHousePool pool = HikariClickHousePool.open(
                        "events",
                        settings(clickhouse, proxy.port())
                                .maxSize(4)
                                .acquireTimeout(Duration.ofSeconds(3))
                                .build())) {
            List<Connection> lent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                lent.add(pool.connection());
            }
            for (int round = 0; round < 3; round++) {
                for (Connection connection : lent) {
                    assertThat(one(connection, "SELECT 7")).isEqualTo("7");
                }
            }
            assertThat(proxy.open()).isEqualTo(4);
            assertThatThrownBy(pool::connection)
                    .isInstanceOf(SQLException.class)
                    .hasMessage("clickhouse pool 'events' lent no connection within PT3S: 4 of 4 connections lent out,"
                            + " 0 idle, 0 callers waiting");
            for (Connection connection : lent) {
                connection.close();
            }
        }
    }

    @Test
    void ch6_aWrongPasswordADatabaseThatIsMissingAndAWrongPortAreNamedWithoutASecret() {
        assertRefused(
                settings(clickhouse)
                        .password(Secret.of("wr0ng"))
                        .acquireTimeout(Duration.ofSeconds(3))
                        .build(),
                "refused the login: wrong user or password, or no right to connect (516 AUTHENTICATION_FAILED)");
        assertRefused(
                ClickHouseSettings.builder(clickhouse.url().replaceFirst("/[^/]*$", "/no_such"))
                        .username(clickhouse.user())
                        .password(Secret.of(clickhouse.password()))
                        .acquireTimeout(Duration.ofMillis(2_100))
                        .build(),
                "has no database 'no_such' (81 UNKNOWN_DATABASE)");
        assertRefused(
                settings(clickhouse, 1).acquireTimeout(Duration.ofSeconds(3)).build(),
                "cannot be reached: the server refuses connections");
    }

    private static void assertRefused(ClickHouseSettings settings, String why) {
        try (ClickHousePool pool = HikariClickHousePool.open("events", settings)) {
            assertThatThrownBy(pool::connection)
                    .isInstanceOf(SQLException.class)
                    .hasMessage("clickhouse pool 'events' lent no connection within " + settings.acquireTimeout() + ": "
                            + settings.address() + " " + why)
                    .satisfies(e -> assertThat(stack(e)).doesNotContain("wr0ng"));
            assertThat(pool.ping(SECOND).trouble()).contains(settings.address() + " " + why);
            assertThat(settings + " " + pool).doesNotContain("wr0ng");
        }
    }

    static String stack(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }

    @Test
    void aFrozenServerIsNoticedInTimeAndFoundAgain() throws SQLException {
        try (ClickHousePool pool =
                HikariClickHousePool.open("events", settings(clickhouse).build())) {
            assertThat(one(pool, "SELECT 1")).isEqualTo("1");
            clickhouse.pause();
            try {
                long from = System.nanoTime();
                assertThat(pool.ping(Duration.ofMillis(300)).answered()).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
            } finally {
                clickhouse.resume();
            }
            await().atMost(PATIENCE).until(() -> pool.ping(SECOND).answered());
            assertThat(one(pool, "SELECT 2")).isEqualTo("2");
        }
    }

    @Test
    void aServerThatWasKilledIsUsedAgainWithoutAReconnect() throws SQLException {
        try (ClickHousePool pool = HikariClickHousePool.open(
                "events", settings(clickhouse).minIdle(3).build())) {
            await().atMost(PATIENCE).until(() -> pool.stats().idle() == 3);
            clickhouse.kill();
            await().atMost(PATIENCE)
                    .until(() -> pool.ping(SECOND)
                            .trouble()
                            .equals(Optional.of(
                                    pool.settings().address() + " cannot be reached: the server refuses connections")));
            clickhouse.restart();
            for (int i = 0; i < 20; i++) {
                assertThat(one(pool, "SELECT 3")).isEqualTo("3");
            }
        }
    }

    @Test
    void aClosedPoolLendsNothingAndReconnectsToNothing() {
        ClickHousePool pool =
                HikariClickHousePool.open("events", settings(clickhouse).build());
        PoolCloseReport report = pool.close(PATIENCE);

        assertThat(report.clean()).isTrue();
        assertThat(pool.close(SECOND).cut()).isZero();
        assertThatThrownBy(pool::connection).hasMessage("clickhouse pool 'events' is closed");
        assertThatThrownBy(pool::reconnect)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("clickhouse pool 'events' is closed");
        assertThat(pool.ping(SECOND).answered()).isFalse();
    }
}
