package io.github.pavelagarkov.kernel.core.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A fence in a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresFenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresProcess postgres = PostgresProcess.start();
    private final PostgresPool pool =
            PostgresPool.open("orders", PostgresFixture.pool(postgres).build());
    private final DataSource source = pool.dataSource();
    private final PostgresFence fence = PostgresFence.in("fence");

    @BeforeAll
    void tables() throws SQLException {
        try (Connection connection = source.getConnection()) {
            fence.create(connection);
            fence.create(connection);
        }
        var unused = postgres.query("CREATE TABLE written (resource TEXT, token BIGINT)");
    }

    @AfterAll
    void end() {
        pool.close();
        postgres.close();
    }

    private Optional<Integer> write(String resource, long token) throws SQLException {
        return fence.write(source, resource, token, connection -> insert(connection, resource, token));
    }

    private static int insert(Connection connection, String resource, long token) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("INSERT INTO written VALUES ('" + resource + "', " + token + ")");
        }
    }

    private List<List<String>> written(String resource) {
        return postgres.query("SELECT token FROM written WHERE resource = '" + resource + "' ORDER BY token");
    }

    @Test
    void aLaterTermWritesAndAnEarlierOneNoMore() throws SQLException {
        assertThat(write("a", 5)).contains(1);
        assertThat(write("a", 5)).contains(1);
        assertThat(write("a", 7)).contains(1);
        assertThat(write("a", 6)).isEmpty();
        assertThat(write("b", 6)).contains(1);
        assertThat(written("a")).containsExactly(List.of("5"), List.of("5"), List.of("7"));
    }

    @Test
    void aFailedWriteLeavesNothingAndRaisesNoFence() throws SQLException {
        assertThatThrownBy(() -> fence.write(source, "c", 9, connection -> {
                    insert(connection, "c", 9);
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
        assertThat(written("c")).isEmpty();
        assertThat(write("c", 3)).contains(1);
    }

    @Test
    void whoeverPassesHoldsTheFenceUntilHisCommit() throws Exception {
        try (Connection slow = source.getConnection()) {
            slow.setAutoCommit(false);
            assertThat(fence.pass(slow, "d", 1)).isTrue();
            CompletableFuture<Optional<Integer>> later = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            later.complete(write("d", 2));
                        } catch (SQLException e) {
                            later.completeExceptionally(e);
                        }
                    })
                    .start();
            await().atMost(PATIENCE)
                    .until(() -> !postgres.query("SELECT 1 FROM pg_locks WHERE NOT granted")
                            .isEmpty());
            assertThat(later).isNotDone();
            insert(slow, "d", 1);
            slow.commit();
            await().atMost(PATIENCE).until(later::isDone);
            assertThat(later.join()).contains(1);
        }
        assertThat(write("d", 1)).isEmpty();
    }

    @Test
    void anOpenFenceIsRefused() throws SQLException {
        try (Connection connection = source.getConnection()) {
            assertThatThrownBy(() -> fence.pass(connection, "e", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "the fence of resource 'e' must be passed in a transaction, the connection is in auto-commit");
        }
        assertThatThrownBy(() -> write("e", 0)).hasMessage("fencing token must be positive, was 0");
        assertThatThrownBy(() -> PostgresFence.in("x; DROP TABLE y")).hasMessageContaining("was 'x; DROP TABLE y'");
    }
}
