package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresProcessTest {
    private final PostgresProcess postgres =
            PostgresProcess.builder().config("max_connections", "21").start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @Test
    void answersWithItsSettingsAndCommitsForGood() {
        assertThat(one("SHOW max_connections")).isEqualTo("21");
        assertThat(one("SHOW fsync")).isEqualTo("on");
        assertThat(one("SHOW synchronous_commit")).isEqualTo("on");
        assertThat(ProcessHandle.of(postgres.pid())).isPresent();
    }

    @Test
    void whatWasCommittedIsThereAfterKillAndRestart() {
        postgres.query("CREATE TABLE kept (n int)");
        postgres.query("INSERT INTO kept VALUES (42)");
        int port = postgres.port();
        long pid = postgres.pid();

        postgres.kill();

        assertThat(postgres.isAlive()).isFalse();
        assertThatThrownBy(() -> postgres.query("SELECT 1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("could not connect to " + postgres.url());

        postgres.restart();

        assertThat(postgres.port()).isEqualTo(port);
        assertThat(postgres.pid()).isNotEqualTo(pid);
        assertThat(one("SELECT n FROM kept")).isEqualTo("42");
    }

    @Test
    void aPausedServerAnswersNobodyUntilItIsResumed() throws Exception {
        try (var connection = postgres.connect()) {
            postgres.pause();

            connection.setNetworkTimeout(Runnable::run, 300);
            assertThatThrownBy(() -> PostgresQueries.query(connection, "SELECT 1"))
                    .hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> one("SELECT 2"));
            postgres.resume();

            assertThat(asked.get()).isEqualTo("2");
        }
    }

    @Test
    void stopEndsAServerInGoodOrderAlsoWithOpenConnections() throws Exception {
        try (var connection = postgres.connect()) {
            postgres.pause();

            postgres.stop();

            assertThat(postgres.isAlive()).isFalse();
            assertThat(connection.isValid(1)).isFalse();
            postgres.kill();
        }
        postgres.restart();
        assertThat(one("SELECT 3")).isEqualTo("3");
    }

    @Test
    void aPortThatIsTakenFailsWithTheOutputOfTheServer() {
        PostgresProcess.Builder second = PostgresProcess.builder().port(postgres.port());

        assertThatThrownBy(second::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("postgres on port " + postgres.port() + " ended with exit code 1")
                .hasMessageContaining("Address already in use");
    }

    @Test
    void closeEndsAPausedServerAndMayBeCalledTwice() {
        PostgresProcess paused = PostgresProcess.start();
        List<ProcessHandle> family = ProcessHandle.of(paused.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        paused.pause();

        paused.close();
        paused.close();

        assertThat(family).isNotEmpty();
        assertThat(Patience.until(
                        () -> family.stream().noneMatch(ProcessHandle::isAlive), java.time.Duration.ofSeconds(20)))
                .isTrue();
    }

    @Test
    void aGivenServerIsUsedAndLeftAlone() {
        Map<String, String> env = Map.of(
                PostgresEndpoint.URL, postgres.url(),
                PostgresEndpoint.USER, postgres.user(),
                PostgresEndpoint.PASSWORD, postgres.password());

        try (PostgresEndpoint given = PostgresEndpoint.find(env)) {
            assertThat(given.process()).isEmpty();
            assertThat(given.query("SHOW port")).isEqualTo(List.of(List.of(Integer.toString(postgres.port()))));
        }

        assertThat(postgres.isAlive()).isTrue();
    }

    @Test
    void aGivenDirectoryWithoutTheProgramsIsRefused() {
        assertThatThrownBy(() -> PostgresBinaries.find(Map.of(PostgresBinaries.ENV, "/nowhere")))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(TestAbortedException.class)
                .hasMessage("KERNEL_TEST_POSTGRES_BIN must be a directory with initdb and postgres, was '/nowhere'");
    }

    private String one(String sql) {
        return postgres.query(sql).get(0).get(0);
    }
}
