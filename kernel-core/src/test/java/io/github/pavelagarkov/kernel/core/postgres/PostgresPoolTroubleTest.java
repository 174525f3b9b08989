package io.github.pavelagarkov.kernel.core.postgres;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolProbe;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pool over a real PostgreSQL that is away, or is not what the settings say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresPoolTroubleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @Test
    void pg3_everyBorrowLaterThanASecondAfterTheServerIsBackSucceeds() throws Exception {
        PostgresPoolSettings settings =
                quick().acquireTimeout(Duration.ofMillis(1_500)).build();
        try (PostgresPool pool = PostgresPool.open("orders", settings)) {
            fill(pool);
            for (int round = 0; round < 3; round++) {
                postgres.kill();
                // After five seconds of failures HikariCP alone would sleep for another five.
                Duration away = Duration.ofMillis(round == 0 ? 6_000 : 500);
                awaitFor(away, () -> assertThat(pool.ping(SECOND).answered()).isFalse());
                assertThat(pool.ping(SECOND).trouble()).contains(address() + " cannot be reached");
                postgres.restart();

                awaitFor(SECOND);
                for (int i = 0; i < 20; i++) {
                    try (Connection connection = pool.dataSource().getConnection()) {
                        assertThat(PostgresPoolTest.one(connection, "SELECT 1")).isEqualTo("1");
                    }
                }
                assertThat(pool.ping(SECOND).trouble()).isEmpty();
            }
        }
    }

    @Test
    void pg3_connectionsThatDiedWithoutAWordAreNotHandedOut() throws Exception {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", postgres.port());
                PostgresPool pool = PostgresPool.open(
                        "orders",
                        PostgresPoolSettings.builder("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres")
                                .username(postgres.user())
                                .password(Secret.of(postgres.password()))
                                .maxSize(2)
                                .connectTimeout(Duration.ofMillis(500))
                                .acquireTimeout(Duration.ofSeconds(5))
                                .build())) {
            fill(pool);
            // Whatever is open stays silent for ever; new connections pass.
            proxy.stall();
            proxy.pass();
            awaitFor(SECOND);

            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(PostgresPoolTest.one(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void pg3_aServerThatComesLaterThanThePoolIsFound() throws Exception {
        postgres.stop();
        Instant before = Instant.now().minusMillis(1);
        long from = System.nanoTime();
        try (PostgresPool pool = PostgresPool.open("orders", quick().build())) {
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(SECOND);
            assertThat(pool.ping(SECOND).trouble()).contains(address() + " cannot be reached");

            postgres.restart();
            awaitFor(SECOND);

            pool.dataSource().getConnection().close();
            assertThat(pool.ping(SECOND).trouble()).isEmpty();
            assertThat(pool.lastFailure()).as("which is not forgotten").hasValueSatisfying(failure -> {
                assertThat(failure.reason()).contains(address() + " cannot be reached");
                assertThat(failure.at()).isAfter(before).isBefore(Instant.now());
            });
        }
    }

    @Test
    void aPasswordThatIsWrongIsSaidWithoutIt() {
        assertRefused(
                quick().password(Secret.of("wr0ng")).build(),
                address() + " refused the login: wrong user or password, or no right to connect (28P01)",
                "28P01");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        String url = postgres.url().replace("/postgres", "/no_such");
        assertRefused(
                PostgresPoolSettings.builder(url)
                        .username(postgres.user())
                        .password(Secret.of(postgres.password()))
                        .acquireTimeout(Duration.ofMillis(2_100))
                        .build(),
                address().replace("/postgres", "/no_such")
                        + " refused the call: database \"no_such\" does not exist (3D000)",
                "3D000");
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        assertRefused(
                PostgresPoolSettings.builder("jdbc:postgresql://no-such-host.invalid/shop")
                        .username("me")
                        .password(Secret.of("s3cret"))
                        .acquireTimeout(Duration.ofMillis(2_100))
                        .build(),
                "postgresql://no-such-host.invalid/shop cannot be reached: its host name is not known",
                "08001");
    }

    private static void assertRefused(PostgresPoolSettings settings, String why, String state) {
        try (PostgresPool pool = PostgresPool.open("orders", settings)) {
            assertThatThrownBy(() -> pool.dataSource().getConnection())
                    .isInstanceOfSatisfying(
                            SQLTransientConnectionException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo(state))
                    .hasMessage("postgres pool 'orders' lent no connection within PT2.1S: " + why)
                    .satisfies(e -> assertThat(stack(e)).doesNotContain("wr0ng", "s3cret"));
            assertThat(pool.ping(SECOND).trouble()).contains(why);
            assertThat(pool + settings.toString()).doesNotContain("wr0ng", "s3cret");
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
    void aPingOfAFrozenServerIsBoundedAndHoldsUpOneThread() throws SQLException {
        try (PostgresPool pool = PostgresPool.open("frozen", quick().build())) {
            fill(pool);
            postgres.pause();
            try {
                long from = System.nanoTime();
                for (int i = 0; i < 10; i++) {
                    PoolPing ping = pool.ping(Duration.ofMillis(100));
                    assertThat(ping.answered()).isFalse();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(2));
                assertThat(PostgresFixture.threads())
                        .filteredOn(thread -> PoolProbe.class
                                .getName()
                                .equals(Arrays.stream(thread.getStackTrace())
                                        .map(StackTraceElement::getClassName)
                                        .filter(PoolProbe.class.getName()::equals)
                                        .findFirst()
                                        .orElse("")))
                        .hasSizeLessThanOrEqualTo(1);
            } finally {
                postgres.resume();
            }
            await().atMost(PATIENCE).until(() -> pool.ping(SECOND).answered());
        }
    }

    @Test
    void aPingOfAFrozenServerWhoseConnectionsAreAllLentOutSeesThatItIsFrozen() throws SQLException {
        try (PostgresPool pool = PostgresPool.open("frozen", quick().maxSize(1).build())) {
            Connection lent = pool.dataSource().getConnection();
            assertThat(pool.ping(SECOND).answered()).isTrue();
            postgres.pause();
            try {
                assertThat(pool.ping(Duration.ofMillis(300)).answered()).isFalse();
            } finally {
                postgres.resume();
            }
            lent.close();
        }
    }

    private PostgresPoolSettings.Builder quick() {
        return PostgresFixture.pool(postgres)
                .maxSize(4)
                .connectTimeout(Duration.ofMillis(500))
                .acquireTimeout(Duration.ofMillis(2_100));
    }

    private String address() {
        return PostgresFixture.settings(postgres).address();
    }

    private static void fill(PostgresPool pool) throws SQLException {
        // The very first login loads classes, which takes a while on a busy machine.
        await().atMost(PATIENCE).until(() -> pool.ping(SECOND).answered());
        List<Connection> lent = new ArrayList<>();
        while (lent.size() < pool.stats().orElseThrow().max()) {
            lent.add(pool.dataSource().getConnection());
        }
        for (Connection connection : lent) {
            connection.close();
        }
    }

    /** The rule itself speaks of time that passes. */
    private static void awaitFor(Duration duration) {
        awaitFor(duration, () -> {});
    }

    private static void awaitFor(Duration duration, Runnable meanwhile) {
        long from = System.nanoTime();
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            meanwhile.run();
            return System.nanoTime() - from >= duration.toNanos();
        });
    }
}
