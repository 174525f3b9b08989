package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy.Direction;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A real ClickHouse and its driver, and a network or server that breaks in the middle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealNetworkTest {
    private static final String COUNT = "SELECT count() FROM rows";
    private static final String INSERT = "INSERT INTO rows SETTINGS async_insert = 0 VALUES (1)";

    private final ClickHouseErrors policy = ClickHouseErrors.standard();
    private final ClickHouseProcess clickhouse = ClickHouseProcess.start();
    private final TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());

    @BeforeAll
    void table() {
        clickhouse.query("CREATE TABLE rows (n Int64) ENGINE = MergeTree ORDER BY n");
    }

    @AfterEach
    void mend() {
        proxy.pass();
    }

    @AfterAll
    void end() {
        proxy.close();
        clickhouse.close();
    }

    private Connection connect(String timeoutMillis, String retries) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:clickhouse://127.0.0.1:" + proxy.port() + "/kernel",
                RealErrorsTest.honest(
                        clickhouse, Map.of("socket_timeout", timeoutMillis, "client_retry_on_failures", retries)));
    }

    private Connection connect() throws SQLException {
        return connect("20000", "None");
    }

    private Verdict failureOf(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            return policy.judge(e);
        }
        throw new AssertionError("'" + sql + "' did not fail");
    }

    private void succeeds(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SELECT 1")).isTrue();
        }
    }

    private long rows() {
        return Long.parseLong(clickhouse.query(COUNT).get(0).get(0));
    }

    @Test
    void aServerThatIsNotThereWasNotWrittenTo() throws Exception {
        try (Connection connection = connect()) {
            proxy.refuse();

            assertThat(failureOf(connection, INSERT)).isEqualTo(NetworkTrouble.REFUSED.verdict());

            proxy.pass();
            succeeds(connection);
        }
    }

    @Test
    void aRefusalBehindRetriesOfTheDriverProvesNothing() throws Exception {
        try (Connection connection = connect("20000", "NoHttpResponse,ConnectTimeout")) {
            proxy.refuse();

            Verdict verdict = failureOf(connection, INSERT);

            assertThat(verdict.needReconnect()).isTrue();
            assertThat(verdict.applied()).isEqualTo(Applied.UNKNOWN);
        }
    }

    @Test
    void anInsertWhoseAnswerIsLostMayHaveHappenedAndDid() throws Exception {
        long before = rows();
        try (Connection connection = connect("1000", "None")) {
            succeeds(connection);
            proxy.dropReplies();

            Verdict verdict = failureOf(connection, INSERT);

            assertThat(verdict).isEqualTo(NetworkTrouble.SILENT.verdict());
            assertThat(verdict.applied()).isEqualTo(Applied.UNKNOWN);
        }
        assertThat(rows()).isEqualTo(before + 1);
    }

    @Test
    void anInsertIntoABlackHoleDidNotHappenAndNobodyCanTell() throws Exception {
        long before = rows();
        try (Connection connection = connect("1000", "None")) {
            proxy.blackHole();

            assertThat(failureOf(connection, INSERT)).isEqualTo(NetworkTrouble.SILENT.verdict());
        }
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void aConnectionThatIsResetInTheMiddleReconnects() throws Exception {
        try (Connection connection = connect()) {
            CompletableFuture<Verdict> broken =
                    CompletableFuture.supplyAsync(() -> failureOf(connection, "SELECT sleep(3)"));
            awaitRunning("sleep(3)");

            proxy.reset();

            assertThat(broken.join()).isEqualTo(NetworkTrouble.BROKEN.verdict());
            succeeds(connection);
        }
    }

    @Test
    void anAnswerThatIsCutShortReconnects() throws Exception {
        try (Connection connection = connect()) {
            succeeds(connection);
            proxy.cutAfter(Direction.REPLY, 20_000);

            Verdict verdict = policy.judge(whileReading(connection));

            assertThat(verdict).isEqualTo(NetworkTrouble.BROKEN.verdict());
        }
    }

    private static SQLException whileReading(Connection connection) {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT randomString(1000) FROM numbers(100000)")) {
            while (rows.next()) {
                rows.getString(1);
            }
        } catch (SQLException e) {
            return e;
        }
        throw new AssertionError("an answer that was cut short was read to its end");
    }

    @Test
    void aServerThatDiesInTheMiddleReconnectsAndIsUsedAgain() throws Exception {
        try (Connection connection = connect()) {
            CompletableFuture<Verdict> died =
                    CompletableFuture.supplyAsync(() -> failureOf(connection, "SELECT sleep(3), 'dies'"));
            awaitRunning("dies");

            clickhouse.kill();
            Verdict verdict = died.join();
            clickhouse.restart();

            assertThat(verdict).isEqualTo(NetworkTrouble.BROKEN.verdict());
            succeeds(connection);
        }
    }

    @Test
    void aServerThatStandsStillIsSilent() throws Exception {
        try (Connection connection = connect("1000", "None")) {
            succeeds(connection);
            clickhouse.pause();

            Verdict verdict = failureOf(connection, INSERT);
            clickhouse.resume();

            assertThat(verdict).isEqualTo(NetworkTrouble.SILENT.verdict());
        }
    }

    @Test
    void aNameThatNobodyKnowsIsWaitedFor() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:clickhouse://no-such-host.invalid:8123/kernel", RealErrorsTest.honest(clickhouse, Map.of()))) {
            assertThat(failureOf(connection, INSERT)).isEqualTo(NetworkTrouble.NAME_UNKNOWN.verdict());
        }
    }

    private void awaitRunning(String text) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !clickhouse
                        .query("SELECT 1 FROM system.processes WHERE query LIKE '%" + text
                                + "%' AND query NOT LIKE '%processes%'")
                        .isEmpty());
    }
}
