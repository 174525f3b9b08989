package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseCallException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.DeduplicationToken;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy.Direction;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** CH-5 against a real ClickHouse behind a network that can be broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClickHouseCallTest {
    private final ClickHouseProcess clickhouse = ClickHouseProcess.builder()
            .user("single", "<max_concurrent_queries_for_user>1</max_concurrent_queries_for_user>")
            .start();

    private final TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
    private final List<ClickHouseEvent.AttemptFailed> failures = new CopyOnWriteArrayList<>();

    @BeforeAll
    void tables() {
        for (String table : List.of("plain", "once", "token")) {
            clickhouse.query("CREATE TABLE " + table + " (n Int64, t String) ENGINE = MergeTree ORDER BY n"
                    + " SETTINGS non_replicated_deduplication_window = 100");
        }
    }

    @AfterAll
    void end() {
        proxy.close();
        clickhouse.close();
    }

    private ClickHousePool open(ClickHouseSettings settings) {
        proxy.pass();
        failures.clear();
        return HikariClickHousePool.builder("events", settings)
                .events(event -> {
                    if (event.get() instanceof ClickHouseEvent.AttemptFailed failed) {
                        failures.add(failed);
                    }
                })
                .open();
    }

    private ClickHousePool open() {
        return open(ClickHousePoolTest.settings(clickhouse, proxy.port()).build());
    }

    private static int run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static String read(ClickHousePool pool, CallSpec spec, String sql) {
        return pool.execute(spec, connection -> ClickHousePoolTest.one(connection, sql));
    }

    private long count(String table) {
        return Long.parseLong(
                clickhouse.query("SELECT count() FROM " + table).get(0).get(0));
    }

    @Test
    void ch5_aReadOverABrokenConnectionIsDoneAgainOnANewOne() {
        try (ClickHousePool pool = open()) {
            AtomicInteger attempts = new AtomicInteger();

            String answer = pool.execute(CallSpec.read(), connection -> {
                if (attempts.incrementAndGet() == 1) {
                    proxy.reset();
                }
                return ClickHousePoolTest.one(connection, "SELECT 8");
            });

            assertThat(answer).isEqualTo("8");
            assertThat(attempts).hasValue(2);
            assertThat(failures).singleElement().satisfies(failed -> {
                assertThat(failed.verdict().action()).isEqualTo(Action.RECONNECT);
                assertThat(failed.next())
                        .hasValueSatisfying(pause -> assertThat(pause)
                                .isBetween(
                                        failed.verdict().delay(),
                                        failed.verdict().delay().multipliedBy(3).dividedBy(2)));
            });
        }
    }

    @Test
    void ch5_aWriteThatMayHaveBeenAppliedIsNotDoneAgain() {
        try (ClickHousePool pool = open()) {
            AtomicInteger attempts = new AtomicInteger();
            long before = count("plain");

            ClickHouseCallException failure = catchThrowableOfType(
                    ClickHouseCallException.class,
                    () -> pool.execute(CallSpec.write(), connection -> {
                        attempts.incrementAndGet();
                        return withoutAnAnswer(
                                connection,
                                "INSERT INTO plain SETTINGS async_insert = 0 VALUES (1, 'a')",
                                "plain",
                                before);
                    }));

            assertThat(failure)
                    .hasMessageMatching("clickhouse pool 'events' failed a write in attempt 1 of 3 after PT.*S: .*;"
                            + " it may have been applied and is not declared idempotent; it may have been applied");
            assertThat(failure.verdict().applied()).isEqualTo(Applied.UNKNOWN);
            assertThat(attempts).hasValue(1);
            assertThat(count("plain")).isEqualTo(before + 1);
        }
    }

    /** The server does it, and what it says gets lost. */
    private int withoutAnAnswer(Connection connection, String sql, String table, long before) throws SQLException {
        proxy.drop(Direction.REPLY);
        Thread resetter = new Thread(() -> {
            await().atMost(ClickHousePoolTest.PATIENCE).until(() -> count(table) > before);
            proxy.reset();
            proxy.pass();
        });
        resetter.start();
        try {
            return run(connection, sql);
        } finally {
            join(resetter);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void ch5_anIdempotentWriteIsDoneAgainAndHappensOnce() {
        try (ClickHousePool pool = open()) {
            AtomicInteger attempts = new AtomicInteger();
            String sql = "INSERT INTO once SETTINGS "
                    + DeduplicationToken.ofContent("once", List.of(List.of(1, "a")))
                            .setting() + " VALUES (1, 'a')";

            pool.execute(
                    CallSpec.idempotentWrite(),
                    connection -> attempts.incrementAndGet() == 1
                            ? withoutAnAnswer(connection, sql, "once", 0)
                            : run(connection, sql));

            assertThat(attempts).hasValue(2);
            assertThat(count("once")).isEqualTo(1);
        }
    }

    @Test
    void ch5_aFinalFailureIsNotTriedAgain() {
        try (ClickHousePool pool = open()) {
            assertThatThrownBy(() -> pool.execute(
                            CallSpec.read(), connection -> ClickHousePoolTest.one(connection, "SELECT * FROM nowhere")))
                    .isInstanceOfSatisfying(ClickHouseCallException.class, failure -> {
                        assertThat(failure.verdict().code()).hasValue(60);
                        assertThat(failure.attempts()).isEqualTo(1);
                        assertThat(failure).hasCauseInstanceOf(SQLException.class);
                    })
                    .hasMessageMatching("clickhouse pool 'events' failed a read in attempt 1 of 3 after PT.*S: .*"
                            + " \\(60 UNKNOWN_TABLE\\); trying again would not help");
            assertThat(pool.stats().active()).isZero();
        }
    }

    @Test
    void ch5_whatIsTooMuchIsLeftToTheCaller() {
        try (ClickHousePool pool = open()) {
            assertThatThrownBy(() -> pool.execute(
                            CallSpec.read(),
                            connection -> ClickHousePoolTest.one(
                                    connection, "SELECT count() FROM numbers(1000) SETTINGS max_rows_to_read = 10")))
                    .hasMessageContaining("(158 TOO_MANY_ROWS); try it with less");
        }
    }

    @Test
    void ch5_whatTheServerIsTooBusyForIsTriedAgainWithGrowingPausesAndThenNoMore() throws Exception {
        ClickHouseSettings single =
                ClickHousePoolTest.settings(clickhouse).username("single").build();
        try (ClickHousePool pool = open(single);
                ClickHousePool busy = HikariClickHousePool.open("busy", single)) {
            // Everybody has his connection before the server has no more room.
            pool.connection().close();
            Thread other = new Thread(() -> assertThatThrownBy(() -> read(
                            busy,
                            CallSpec.read(),
                            "SELECT sleepEachRow(0.5), 'occupied' FROM numbers(1000) SETTINGS max_block_size = 1"))
                    .hasMessageContaining("(394 QUERY_WAS_CANCELLED)"));
            other.start();
            await().atMost(ClickHousePoolTest.PATIENCE)
                    .until(() -> !clickhouse
                            .query("SELECT 1 FROM system.processes WHERE query LIKE '%occup' || 'ied%'")
                            .isEmpty());

            assertThatThrownBy(() -> read(pool, CallSpec.read().withAttempts(2), "SELECT 9"))
                    .hasMessageContaining("(202 TOO_MANY_SIMULTANEOUS_QUERIES); no attempts are left")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
            clickhouse.query("KILL QUERY WHERE user = 'single' SYNC");
            assertThat(read(pool, CallSpec.read().withAttempts(20), "SELECT 10"))
                    .isEqualTo("10");
            other.join();
        }
    }

    @Test
    void ch5_aCallIsCutAtItsDeadlineAndItsConnectionIsGone() {
        try (ClickHousePool pool = open()) {
            long from = System.nanoTime();

            assertThatThrownBy(() -> pool.execute(
                            CallSpec.idempotentWrite().withDeadline(Duration.ofMillis(500)),
                            connection -> run(connection, "INSERT INTO plain SELECT sleep(3), 'late'")))
                    .isInstanceOfSatisfying(
                            ClickHouseCallException.class,
                            failure -> assertThat(failure.verdict().applied()).isEqualTo(Applied.UNKNOWN))
                    .hasMessageContaining("its deadline was over while the server was at work; the connection was cut");

            Duration took = Duration.ofNanos(System.nanoTime() - from);
            assertThat(took).isBetween(Duration.ofMillis(500), Duration.ofSeconds(10));
            await().atMost(ClickHousePoolTest.PATIENCE).until(() -> pool.stats().active() == 0);
            assertThat(read(pool, CallSpec.read(), "SELECT 11")).isEqualTo("11");
        }
    }

    @Test
    void ch5_noAttemptBeginsAfterTheDeadline() {
        try (ClickHousePool pool = open()) {
            proxy.refuse();
            AtomicInteger attempts = new AtomicInteger();
            assertThatThrownBy(() -> pool.execute(CallSpec.read().withDeadline(Duration.ofMillis(100)), connection -> {
                        attempts.incrementAndGet();
                        proxy.reset();
                        return ClickHousePoolTest.one(connection, "SELECT 12");
                    }))
                    .hasMessageContaining("the next attempt would be later than its deadline");
            assertThat(attempts).hasValueLessThanOrEqualTo(1);
        }
    }

    @Test
    void ch5_whoGetsAConnectionOnlyAfterTheDeadlineSendsNothing() throws Exception {
        ClickHouseSettings tiny = ClickHousePoolTest.settings(clickhouse)
                .maxSize(1)
                .acquireTimeout(ClickHousePoolTest.PATIENCE)
                .build();
        try (ClickHousePool pool = open(tiny)) {
            Connection lent = pool.connection();
            AtomicInteger attempts = new AtomicInteger();
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            long from = System.nanoTime();
            Duration deadline = Duration.ofMillis(100);
            Thread caller = new Thread(() -> {
                try {
                    pool.execute(CallSpec.write().withDeadline(deadline), connection -> attempts.incrementAndGet());
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            caller.start();
            await().atMost(ClickHousePoolTest.PATIENCE).until(() -> pool.stats().waiting() == 1);
            await().atMost(ClickHousePoolTest.PATIENCE).until(() -> System.nanoTime() - from > deadline.toNanos());
            lent.close();
            caller.join();

            assertThat(thrown)
                    .singleElement()
                    .satisfies(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    ClickHouseCallException.class,
                                    failure -> assertThat(failure.verdict().applied())
                                            .isEqualTo(Applied.NO))
                            .hasMessageContaining("no connection was free before its deadline")
                            .hasMessageEndingWith("it has not been applied"));
            assertThat(attempts).hasValue(0);
            assertThat(pool.stats().active()).isZero();
        }
    }

    @Test
    void ch5_anInterruptEndsThePauseAndStaysSet() throws Exception {
        try (ClickHousePool pool = open()) {
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            AtomicInteger interrupted = new AtomicInteger();
            Thread caller = new Thread(() -> {
                try {
                    pool.execute(CallSpec.read(), connection -> {
                        throw new SQLException("Code: 241. DB::Exception: (total) memory limit exceeded", "", 241);
                    });
                } catch (RuntimeException e) {
                    thrown.add(e);
                    interrupted.set(Thread.currentThread().isInterrupted() ? 1 : 0);
                }
            });
            caller.start();
            await().atMost(ClickHousePoolTest.PATIENCE).until(() -> failures.size() == 1);
            caller.interrupt();
            caller.join();

            assertThat(thrown)
                    .singleElement()
                    .satisfies(e -> assertThat(e).hasMessageContaining("interrupted before the next attempt"));
            assertThat(interrupted).hasValue(1);
        }
    }

    @Test
    void ch5_whatTheWorkThrowsBesideSqlIsNoFailureOfTheServer() {
        try (ClickHousePool pool = open()) {
            assertThatThrownBy(() -> pool.execute(CallSpec.read(), connection -> {
                        throw new IllegalStateException("mine");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("mine");
            assertThat(failures).isEmpty();
            assertThat(pool.stats().active()).isZero();
        }
    }

    @Test
    void ch5_aClosedPoolSaysSo() {
        ClickHousePool pool = open();
        pool.close();
        assertThatThrownBy(() -> pool.execute(CallSpec.read(), connection -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("clickhouse pool 'events' is closed");
    }

    @Test
    void ch5_anExhaustedPoolIsNoReasonToThinkThatSomethingHappened() throws SQLException {
        ClickHouseSettings tiny = ClickHousePoolTest.settings(clickhouse)
                .maxSize(1)
                .acquireTimeout(Duration.ofSeconds(1))
                .build();
        try (ClickHousePool pool = open(tiny);
                Connection lent = pool.connection()) {
            assertThatThrownBy(() -> pool.execute(
                            CallSpec.write().withAttempts(2), connection -> run(connection, "INSERT nothing")))
                    .isInstanceOfSatisfying(ClickHouseCallException.class, failure -> {
                        Verdict verdict = failure.verdict();
                        assertThat(verdict.action()).isEqualTo(Action.WAIT);
                        assertThat(verdict.applied()).isEqualTo(Applied.NO);
                        assertThat(failure.attempts()).isEqualTo(2);
                    });
            assertThat(lent.isClosed()).isFalse();
        }
    }

    @Test
    void aBatchIsOneBlockAndHappensOnceHoweverOftenItIsSent() {
        try (ClickHousePool pool = open()) {
            Supplier<BatchInsert> batch = () -> {
                BatchInsert rows = BatchInsert.into("token", "n", "t");
                for (int i = 0; i < 1_000; i++) {
                    rows.row((long) i, i % 2 == 0 ? "it's ' \\ a (quote), ?" : "plain");
                }
                return rows;
            };
            batch.get().run(pool);
            batch.get().run(pool);
            assertThat(count("token")).isEqualTo(1_000);
            assertThat(clickhouse.query("SELECT count() FROM token WHERE t = 'it\\'s \\' \\\\ a (quote), ?'"))
                    .containsExactly(List.of("500"));
            assertThat(clickhouse.query("SELECT count() FROM system.parts WHERE table = 'token' AND level = 0"))
                    .containsExactly(List.of("1"));

            batch.get().row(1L, "one more").run(pool);
            assertThat(count("token")).isEqualTo(2_001);
        }
    }

    @Test
    void aBatchThatCannotBeOneIsRefused() {
        assertThatThrownBy(() -> BatchInsert.into("events; DROP TABLE x", "n"))
                .hasMessage("table must be letters, digits and underscores, was 'events; DROP TABLE x'");
        assertThatThrownBy(() -> BatchInsert.into("events")).hasMessageContaining("needs at least one column");
        assertThatThrownBy(() -> BatchInsert.into("events", "n").row(1, 2))
                .hasMessage("a row of table events must have 1 values, one for each of [n], had 2");
        assertThatThrownBy(
                        () -> BatchInsert.into("events", "n").row(new Object()).token())
                .hasMessageEndingWith("one holds java.lang.Object");
    }

    @Test
    void aTokenTellsRowsApartAndNotRuns() {
        UUID id = UUID.fromString("5f1c2a34-0000-4000-8000-000000000001");
        List<Object> row = List.of(1, "a", Instant.EPOCH, id, Action.WAIT, List.of(1, 2));
        assertThat(DeduplicationToken.ofContent("t", List.of(row)))
                .isEqualTo(DeduplicationToken.ofContent("t", List.of(row)))
                .isNotEqualTo(DeduplicationToken.ofContent("u", List.of(row)))
                .isNotEqualTo(DeduplicationToken.ofContent("t", List.of(row, row)));
        assertThat(DeduplicationToken.ofContent("t", List.of(List.of("ab", "c"))))
                .isNotEqualTo(DeduplicationToken.ofContent("t", List.of(List.of("a", "bc"))));
        assertThat(DeduplicationToken.ofContent("t", List.of(List.of(1))))
                .isNotEqualTo(DeduplicationToken.ofContent("t", List.of(List.of(1L))));
        assertThatThrownBy(() -> new DeduplicationToken("it's"))
                .hasMessage("deduplication token must be 1 to 200 of [A-Za-z0-9._:-], was 'it's'");
    }
}
