package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseProcessTest {
    private final ClickHouseProcess clickhouse = ClickHouseProcess.builder()
            .user("thrifty", "<max_memory_usage>1000000</max_memory_usage>")
            .userWithQuota("few", 1)
            .start();

    @AfterAll
    void end() {
        clickhouse.close();
    }

    @Test
    void answersAsTheServerThatItIs() {
        assertThat(one("SELECT version()")).startsWith("26.");
        assertThat(one("SELECT currentDatabase()")).isEqualTo("kernel");
        assertThat(one("SELECT timezone()")).contains("UTC");
        assertThatThrownBy(() -> clickhouse.query("SELEKT 1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("clickhouse refused: Code: 62. DB::Exception: Syntax error");
        assertThat(ProcessHandle.of(clickhouse.pid())).isPresent();
    }

    @Test
    void usersHaveTheirSettingsAndTheirQuota() {
        ClickHouseHttp few = as("few", clickhouse.password());

        assertThat(as("thrifty", clickhouse.password()).query("SELECT getSetting('max_memory_usage')"))
                .isEqualTo(List.of(List.of("1000000")));
        assertThat(few.query("SELECT count() FROM numbers(3)")).isEqualTo(List.of(List.of("3")));
        assertThatThrownBy(() -> few.query("SELECT count() FROM numbers(3)")).hasMessageContaining("QUOTA_EXCEEDED");
        assertThatThrownBy(() -> as("few", "wrong").query("SELECT 1")).hasMessageContaining("AUTHENTICATION_FAILED");
    }

    private ClickHouseHttp as(String user, String password) {
        return new ClickHouseHttp(ClickHouseHttp.addressOf(clickhouse.url()), user, password);
    }

    @Test
    void whatWasWrittenIsThereAfterKillAndRestart() {
        clickhouse.query("CREATE TABLE kept (n Int64) ENGINE = MergeTree ORDER BY n");
        clickhouse.query("INSERT INTO kept VALUES (42)");
        int port = clickhouse.port();
        long pid = clickhouse.pid();

        clickhouse.kill();

        assertThat(clickhouse.isAlive()).isFalse();
        assertThatThrownBy(() -> clickhouse.query("SELECT 1"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("127.0.0.1:" + port);

        clickhouse.restart();

        assertThat(clickhouse.port()).isEqualTo(port);
        assertThat(clickhouse.pid()).isNotEqualTo(pid);
        assertThat(one("SELECT n FROM kept")).isEqualTo("42");
    }

    @Test
    void aPausedServerAnswersNobodyUntilItIsResumed() {
        clickhouse.pause();
        CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> one("SELECT 2"));

        assertThat(Patience.until(asked::isDone, java.time.Duration.ofMillis(300)))
                .isFalse();
        clickhouse.resume();

        assertThat(asked.join()).isEqualTo("2");
    }

    @Test
    void aPortThatIsTakenFailsWithTheOutputOfTheServer() {
        ClickHouseProcess.Builder second = ClickHouseProcess.builder().port(clickhouse.port());

        assertThatThrownBy(second::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "clickhouse on port " + clickhouse.port() + " ended with exit code 0 while it started")
                .hasMessageContaining("Address already in use");
    }

    @Test
    void closeEndsAPausedServerAndMayBeCalledTwice() {
        ClickHouseProcess paused = ClickHouseProcess.start();
        paused.pause();

        paused.close();
        paused.close();

        assertThat(paused.isAlive()).isFalse();
    }

    @Test
    void aGivenServerIsUsedAndLeftAlone() {
        Map<String, String> env = Map.of(
                ClickHouseEndpoint.URL, clickhouse.url(),
                ClickHouseEndpoint.USER, clickhouse.user(),
                ClickHouseEndpoint.PASSWORD, clickhouse.password());

        try (ClickHouseEndpoint given = ClickHouseEndpoint.find(env)) {
            assertThat(given.process()).isEmpty();
            assertThat(given.query("SELECT currentUser()")).isEqualTo(List.of(List.of("kernel")));
        }

        assertThat(clickhouse.isAlive()).isTrue();
    }

    @Test
    void aGivenLibraryThatIsNotThereIsRefused(@TempDir Path cache) {
        assertThatThrownBy(() -> ClickHouseLibrary.find(Map.of(ClickHouseLibrary.ENV, "/nowhere"), cache))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(TestAbortedException.class)
                .hasMessage("KERNEL_TEST_CLICKHOUSE_LIBRARY must be the path of a libchdb, was '/nowhere'");
    }

    @Test
    void withoutNpmTheTestIsSkippedLoudlyAndFailsInContinuousIntegration(@TempDir Path cache) {
        Map<String, String> env = Map.of(ClickHouseLibrary.NPM, "/nowhere/npm", "CI", "true");

        Offer<Path> offer = ClickHouseLibrary.find(env, cache);

        assertThatThrownBy(() -> offer.orEndTest("ClickHouse engine", Map.of()))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageStartingWith("no ClickHouse engine for this test: set KERNEL_TEST_CLICKHOUSE_LIBRARY")
                .hasMessageContaining("have npm fetch @chdb/lib-linux-x64-gnu");
        assertThatThrownBy(() -> offer.orEndTest("ClickHouse engine", env))
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith("CI is set, so the test fails and is not skipped");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void whatIsNotWhatWasAskedForIsRefused(@TempDir Path cache) throws Exception {
        Path npm = Files.writeString(cache.resolve("npm"), "#!/bin/sh\necho other > other.tgz\n");
        assertThat(npm.toFile().setExecutable(true)).isTrue();

        assertThatThrownBy(() -> ClickHouseLibrary.find(Map.of(ClickHouseLibrary.NPM, npm.toString()), cache))
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(TestAbortedException.class)
                .hasMessageContaining("must have the SHA-256 c0d32b12");
        assertThat(cache).isDirectoryNotContaining("glob:**/chdb-*");
    }

    private String one(String sql) {
        return clickhouse.query(sql).get(0).get(0);
    }
}
