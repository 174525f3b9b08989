package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings.Compression;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pool over a real ClickHouse, with the real driver: what it lends, how it reconnects and how it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClickHousePoolTest {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A hundred take half a minute: {@code -Dkernel.reconnects=100}. */
    private static final int RECONNECTS = Integer.getInteger("kernel.reconnects", 20);

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

    private static String one(ClickHousePool pool, String sql) throws SQLException {
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

    private static String stack(Throwable error) {
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
    void ch4_newSettingsAreInForceAndWhatIsLentOutGoesOnUntilItComesBack() throws SQLException {
        try (ClickHousePool pool =
                HikariClickHousePool.open("events", settings(clickhouse).build())) {
            Connection old = pool.connection();
            ReconnectReport report =
                    pool.reconnect(settings(clickhouse).username("other").build());

            assertThat(report.swapped()).isTrue();
            assertThat(report.draining()).isEqualTo(1);
            assertThat(one(old, "SELECT currentUser()")).isEqualTo(clickhouse.user());
            assertThat(one(pool, "SELECT currentUser()")).isEqualTo("other");
            assertThat(pool.settings().username()).contains("other");
            old.close();
        }
    }

    @Test
    void ch4_aReconnectThatFailsChangesNothingAndIsNotTriedAgainAtOnce() throws SQLException {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
                ClickHousePool pool =
                        HikariClickHousePool.open("events", settings(clickhouse).build())) {
            Connection lent = pool.connection();
            proxy.reset();
            proxy.refuse();
            ClickHouseSettings away = settings(clickhouse, proxy.port()).build();
            String why = "clickhouse pool 'events' not reconnected: " + away.address() + " cannot be reached: ";

            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> pool.reconnect(away))
                        .isInstanceOf(BackendUnavailableException.class)
                        .hasMessageStartingWith(why);
            }
            assertThat(proxy.connections()).isLessThanOrEqualTo(1);
            assertThat(one(lent, "SELECT 4")).isEqualTo("4");
            assertThat(one(pool, "SELECT 5")).isEqualTo("5");
            assertThat(pool.settings().url())
                    .isEqualTo(settings(clickhouse).build().url());
            lent.close();
        }
    }

    @Test
    void ch4_aHundredCallersReconnectOnce() throws Exception {
        AtomicInteger reconnected = new AtomicInteger();
        try (ClickHousePool pool = HikariClickHousePool.builder(
                        "events", settings(clickhouse).build())
                .events(event -> {
                    if (event.get() instanceof ClickHouseEvent.Reconnected) {
                        reconnected.incrementAndGet();
                    }
                })
                .open()) {
            CountDownLatch go = new CountDownLatch(1);
            List<CompletableFuture<ReconnectReport>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                CompletableFuture<ReconnectReport> answer = new CompletableFuture<>();
                all.add(answer);
                new Thread(() -> {
                            try {
                                go.await();
                                answer.complete(pool.reconnect());
                            } catch (InterruptedException | RuntimeException e) {
                                answer.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            go.countDown();
            int swapped = 0;
            for (CompletableFuture<ReconnectReport> answer : all) {
                swapped += answer.get(30, TimeUnit.SECONDS).swapped() ? 1 : 0;
            }
            assertThat(swapped).isEqualTo(1);
            assertThat(reconnected).hasValue(1);
        }
    }

    @Test
    void ch4_whatIsStillLentOutAtTheEndOfItsTimeIsCutAndNotBefore() throws Exception {
        List<PoolCloseReport> drained = new CopyOnWriteArrayList<>();
        try (ClickHousePool pool = HikariClickHousePool.builder(
                        "events",
                        settings(clickhouse).drainTimeout(Duration.ofSeconds(2)).build())
                .events(event -> {
                    if (event.get() instanceof ClickHouseEvent.Drained end) {
                        drained.add(end.report());
                    }
                })
                .open()) {
            Connection old = pool.connection();
            long from = System.nanoTime();
            assertThat(pool.reconnect().swapped()).isTrue();

            assertThatThrownBy(() -> one(old, "SELECT sleep(3), sleep(3)")).isInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            await().atMost(PATIENCE).until(() -> drained.size() == 1);
            assertThat(drained.get(0).cut()).isEqualTo(1);
        }
    }

    @Test
    void ch4_whoWaitsForAnOldConnectionGetsANewOneWhenItComesBack() throws Exception {
        Duration endless = Duration.ofMinutes(10);
        try (ClickHousePool pool = HikariClickHousePool.open(
                "events",
                settings(clickhouse)
                        .maxSize(1)
                        .acquireTimeout(endless)
                        .drainTimeout(endless)
                        .build())) {
            Connection old = pool.connection();
            CompletableFuture<String> waiting = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            waiting.complete(one(pool, "SELECT 7"));
                        } catch (SQLException | RuntimeException e) {
                            waiting.completeExceptionally(e);
                        }
                    })
                    .start();
            await().atMost(PATIENCE).until(() -> pool.stats().waiting() == 1);
            assertThat(pool.reconnect().draining()).isEqualTo(1);
            assertThat(waiting).isNotDone();

            old.close();
            assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("7");
        }
    }

    @Test
    void ch4_aThousandBorrowersAndManyReconnectsLoseNothing() throws Exception {
        AtomicLong calls = new AtomicLong();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        ClickHouseSettings one =
                settings(clickhouse).maxSize(16).acquireTimeout(PATIENCE).build();
        ClickHouseSettings two =
                settings(clickhouse).maxSize(15).acquireTimeout(PATIENCE).build();
        try (ClickHousePool pool = HikariClickHousePool.open("crowd", one)) {
            AtomicInteger running = new AtomicInteger(1_000);
            CountDownLatch over = new CountDownLatch(1);
            for (int i = 0; i < 1_000; i++) {
                new Thread(
                                null,
                                () -> {
                                    try {
                                        do {
                                            if (one(pool, "SELECT 6").equals("6")) {
                                                calls.incrementAndGet();
                                            }
                                        } while (over.getCount() > 0);
                                    } catch (SQLException | RuntimeException e) {
                                        failures.add(e);
                                    } finally {
                                        running.decrementAndGet();
                                    }
                                },
                                "borrower",
                                256 * 1024)
                        .start();
            }
            for (int i = 0; i < RECONNECTS; i++) {
                assertThat(pool.reconnect(i % 2 == 0 ? two : one).swapped()).isTrue();
            }
            over.countDown();
            await().atMost(Duration.ofMinutes(2)).until(() -> running.get() == 0);
            assertThat(failures.stream().map(ClickHousePoolTest::stack).toList())
                    .isEmpty();
            assertThat(calls.get()).isGreaterThanOrEqualTo(1_000);
            assertThat(pool.stats().active()).isZero();
            PoolCloseReport report = pool.close(PATIENCE);
            assertThat(report.clean()).as("%s", report).isTrue();
        }
        await().atMost(PATIENCE).until(() -> threads("kernel-clickhouse-crowd").isEmpty());
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
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
