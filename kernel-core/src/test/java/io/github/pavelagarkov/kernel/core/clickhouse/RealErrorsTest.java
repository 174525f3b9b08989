package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real ClickHouse says, through the real driver, and what is made of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealErrorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClickHouseErrors policy = ClickHouseErrors.standard();
    private final ClickHouseProcess clickhouse = ClickHouseProcess.builder()
            .user("single", "<max_concurrent_queries_for_user>1</max_concurrent_queries_for_user>")
            .user("reader", "<readonly>2</readonly>")
            .userWithQuota("few", 2)
            // Nobody answers there: a Keeper that is away.
            .config("<zookeeper><node><host>127.0.0.1</host><port>1</port></node></zookeeper>"
                    + "<macros><shard>1</shard><replica>a</replica></macros>")
            .start();

    @BeforeAll
    void tables() {
        clickhouse.query("CREATE TABLE events (n Int64) ENGINE = MergeTree ORDER BY n PARTITION BY n"
                + " SETTINGS parts_to_throw_insert = 2, parts_to_delay_insert = 1000");
        clickhouse.query("CREATE TABLE wide (n Int64) ENGINE = MergeTree ORDER BY n PARTITION BY n");
        clickhouse.query("CREATE TABLE plain (n Int64) ENGINE = MergeTree ORDER BY n");
        clickhouse.query("SYSTEM STOP MERGES events");
    }

    @AfterAll
    void end() {
        clickhouse.close();
    }

    static Properties honest(ClickHouseProcess server, Map<String, String> other) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "user", server.user(),
                "password", server.password(),
                "socket_timeout", "20000",
                "connection_timeout", "2000",
                "max_open_connections", "1",
                // Otherwise it repeats calls by itself, inserts too, and throws the last failure.
                "client_retry_on_failures", "None"));
        properties.putAll(other);
        return properties;
    }

    private Verdict failureOf(String sql, Map<String, String> other) {
        try (Connection connection = DriverManager.getConnection(clickhouse.url(), honest(clickhouse, other))) {
            return failureOf(connection, sql);
        } catch (SQLException e) {
            return policy.judge(e);
        }
    }

    private Verdict failureOf(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        rows.getObject(1);
                    }
                }
            }
        } catch (SQLException e) {
            return policy.judge(e);
        }
        throw new AssertionError("'" + sql + "' did not fail");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  62 | GIVE_UP | NO      | SELEKT 1",
                "  60 | GIVE_UP | NO      | SELECT * FROM nowhere",
                "  60 | GIVE_UP | NO      | INSERT INTO nowhere VALUES (1)",
                "  81 | GIVE_UP | NO      | SELECT * FROM nobody.nowhere",
                "  46 | GIVE_UP | NO      | SELECT noSuchFunction(1)",
                "  47 | GIVE_UP | NO      | SELECT m FROM plain",
                "  57 | GIVE_UP | NO      | CREATE TABLE plain (n Int64) ENGINE = MergeTree ORDER BY n",
                " 115 | GIVE_UP | NO      | SELECT 1 SETTINGS no_such_setting = 1",
                " 158 | SHRINK  | PARTIAL | SELECT count() FROM numbers(1000) SETTINGS max_rows_to_read = 10",
                " 159 | GIVE_UP | PARTIAL | SELECT count() FROM numbers(100000000000) SETTINGS max_execution_time = 1",
                " 191 | SHRINK  | PARTIAL | SELECT count() FROM numbers(9) WHERE number IN (SELECT number FROM numbers(99))"
                        + " SETTINGS max_rows_in_set = 10",
                " 241 | SHRINK  | PARTIAL | SELECT groupArray(number) FROM numbers(10000000) SETTINGS max_memory_usage = 1000000",
                " 243 | WAIT    | PARTIAL | INSERT INTO plain SETTINGS async_insert = 0,"
                        + " min_free_disk_bytes_to_perform_insert = 1000000000000000 VALUES (1)",
                " 252 | SHRINK  | PARTIAL | INSERT INTO wide SELECT number FROM numbers(1000)",
                " 395 | GIVE_UP | PARTIAL | SELECT throwIf(number = 3) FROM numbers(10)",
                " 396 | SHRINK  | PARTIAL | SELECT number FROM numbers(1000) SETTINGS max_result_rows = 10",
                "1000 | GIVE_UP | PARTIAL | SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')"
                        + " SETTINGS http_max_tries = 1",
                " 420 | GIVE_UP | UNKNOWN | ALTER TABLE plain UPDATE n = 2 WHERE 1",
                " 519 | WAIT    | UNKNOWN | SELECT * FROM remote('127.0.0.1:1', system.one)",
            })
    void whatTheServerSaysIsUnderstood(int code, Action action, Applied applied, String sql) {
        Verdict verdict = failureOf(sql, Map.of());

        assertThat(verdict.code()).as("code of %s", verdict).hasValue(code);
        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.applied()).isEqualTo(applied);
        assertThat(verdict.fromServer()).isTrue();
    }

    @Test
    void everyNameIsThatOfTheServer() {
        Map<Integer, String> said = new HashMap<>();
        clickhouse
                .query("SELECT number, errorCodeToName(number) FROM numbers(1, 100000)"
                        + " WHERE errorCodeToName(number) != '' ORDER BY number")
                .forEach(row -> said.put(Integer.valueOf(row.get(0)), row.get(1)));
        Map<Integer, String> known = new HashMap<>();
        ErrorTable.STANDARD.codes().forEach(code -> known.put(code, ErrorTable.STANDARD.name(code)));

        assertThat(known).isEqualTo(said);
    }

    @Test
    void tooManyPartsIsWaitedForAlsoInABatch() throws Exception {
        try (Connection connection = DriverManager.getConnection(clickhouse.url(), honest(clickhouse, Map.of()))) {
            clickhouse.query("INSERT INTO events SETTINGS async_insert = 0 VALUES (1)");
            clickhouse.query("INSERT INTO events SETTINGS async_insert = 0 VALUES (1)");

            Verdict single = failureOf(connection, "INSERT INTO events SETTINGS async_insert = 0 VALUES (1)");
            Verdict batch = failureOfBatch(connection);

            assertThat(List.of(single, batch)).allSatisfy(verdict -> {
                assertThat(verdict.code()).hasValue(252);
                assertThat(verdict.needWait()).isTrue();
            });
        }
    }

    private Verdict failureOfBatch(Connection connection) {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO events (n) VALUES (?)")) {
            for (int i = 0; i < 3; i++) {
                statement.setLong(1, 1);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            return policy.judge(e);
        }
        throw new AssertionError("a batch into a table with too many parts did not fail");
    }

    @Test
    void aWrongPasswordAndAMissingRightAreGivenUp() {
        Verdict password = failureOf("SELECT 1", Map.of("password", "wrong"));
        Verdict right = failureOf("INSERT INTO plain VALUES (1)", Map.of("user", "reader"));

        assertThat(password.code()).hasValue(516);
        assertThat(right.code()).hasValue(164);
        assertThat(List.of(password, right)).allSatisfy(verdict -> {
            assertThat(verdict.action()).isEqualTo(Action.GIVE_UP);
            assertThat(verdict.applied()).isEqualTo(Applied.NO);
        });
    }

    @Test
    void aQuotaIsWaitedForUntilItsIntervalEnds() {
        Map<String, String> few = Map.of("user", "few");
        Verdict verdict = failureOf("SELECT count() FROM numbers(3) UNION ALL SELECT throwIf(1) FROM numbers(1)", few);
        for (int i = 0; i < 3 && verdict.code().orElse(0) != 201; i++) {
            verdict = failureOf("SELECT throwIf(1) FROM numbers(1)", few);
        }

        assertThat(verdict.code()).hasValue(201);
        assertThat(verdict.needWait()).isTrue();
        assertThat(verdict.delay())
                .isNotEqualTo(Duration.ofSeconds(60))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3_601));
    }

    @Test
    void aSecondQueryOfAUserWhoMayRunOneWaits() {
        Map<String, String> single = Map.of("user", "single");
        CompletableFuture<Verdict> first = CompletableFuture.supplyAsync(
                () -> failureOf("SELECT sleepEachRow(1) FROM numbers(30) SETTINGS max_block_size = 1", single));
        awaitRunning("user = 'single'");

        Verdict second = failureOf("SELECT 1", single);
        clickhouse.query("KILL QUERY WHERE user = 'single' ASYNC");

        assertThat(second.code()).hasValue(202);
        assertThat(second.needWait()).isTrue();
        assertThat(second.applied()).isEqualTo(Applied.NO);
        // Killed after its answer had begun the driver loses the code.
        assertThat(first.join().applied()).isIn(Applied.PARTIAL, Applied.UNKNOWN);
    }

    @Test
    void aKilledQueryIsGivenUp() {
        CompletableFuture<Verdict> killed = CompletableFuture.supplyAsync(() ->
                failureOf("SELECT count() FROM numbers(1000000000000) SETTINGS log_comment = 'kill me'", Map.of()));
        awaitRunning("query LIKE '%kill me%' AND query NOT LIKE '%processes%'");

        clickhouse.query("KILL QUERY WHERE query LIKE '%kill me%' AND query NOT LIKE '%processes%' ASYNC");

        assertThat(killed.join().code()).hasValue(394);
        assertThat(killed.join().action()).isEqualTo(Action.GIVE_UP);
    }

    private void awaitRunning(String which) {
        await().atMost(PATIENCE)
                .until(() -> !clickhouse
                        .query("SELECT query_id FROM system.processes WHERE " + which)
                        .isEmpty());
    }

    @Test
    void aSessionThatIsLockedIsWaitedForAndOneThatIsOverIsNot() {
        Map<String, String> session = Map.of("clickhouse_setting_session_id", "s-1");
        CompletableFuture<Verdict> first = CompletableFuture.supplyAsync(
                () -> failureOf("SELECT sleepEachRow(1) FROM numbers(30) SETTINGS max_block_size = 1", session));
        awaitRunning("query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'");

        Verdict locked = failureOf("SELECT 1", session);
        clickhouse.query("KILL QUERY WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%' ASYNC");
        Verdict over = failureOf(
                "SELECT 1", Map.of("clickhouse_setting_session_id", "s-2", "clickhouse_setting_session_check", "1"));

        assertThat(locked.code()).hasValue(373);
        assertThat(locked.needWait()).isTrue();
        assertThat(over.code()).hasValue(372);
        assertThat(over.action()).isEqualTo(Action.GIVE_UP);
        assertThat(first.join().code()).isPresent();
    }

    @Test
    void aReplicaWithoutKeeperIsWaitedFor() {
        Verdict verdict = failureOf(
                "CREATE TABLE replicated (n Int64) ENGINE = ReplicatedMergeTree('/t/replicated', '{replica}') ORDER BY n",
                Map.of());

        assertThat(verdict.code()).hasValue(999);
        assertThat(verdict.needWait()).isTrue();
        assertThat(verdict.applied()).isEqualTo(Applied.UNKNOWN);
    }

    @Test
    void anErrorAfterTheAnswerHasBegunLosesItsCodeAndLeavesEverythingOpen() {
        Verdict verdict = failureOf(
                "SELECT throwIf(number = 3000000), randomString(100) FROM numbers(10000000) SETTINGS max_block_size = 65536",
                Map.of());

        assertThat(verdict.code()).isEmpty();
        assertThat(verdict).isEqualTo(NetworkTrouble.BROKEN.verdict());
    }
}
