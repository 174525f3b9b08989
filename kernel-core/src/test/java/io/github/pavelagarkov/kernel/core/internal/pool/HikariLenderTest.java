package io.github.pavelagarkov.kernel.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What HikariCP holds, since it replaces some values without a word. */
final class HikariLenderTest {
    @Test
    void pg1_ch6_whatHikariHoldsIsWhatTheLimitsSay() {
        PoolLimits limits = new PoolLimits(
                7,
                3,
                Duration.ofSeconds(10),
                Duration.ofSeconds(31),
                Duration.ofSeconds(30),
                Duration.ofMillis(700),
                Duration.ofMillis(800));

        HikariLender lender = HikariLender.start(new Nowhere(), limits, new Refusing(), Thread::new);

        try (HikariDataSource hikari = lender.pool()) {
            assertThat(List.of(
                            hikari.getMaximumPoolSize(),
                            hikari.getMinimumIdle(),
                            hikari.getIdleTimeout(),
                            hikari.getMaxLifetime(),
                            hikari.getKeepaliveTime(),
                            hikari.getConnectionTimeout(),
                            hikari.getValidationTimeout()))
                    .containsExactly(7, 3, 10_000L, 31_000L, 30_000L, 800L, 400L);
        }
    }

    @Test
    void withoutKeepaliveHikariHasNone() {
        PoolLimits limits = new PoolLimits(
                1,
                0,
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ZERO,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));

        HikariLender lender = HikariLender.start(new Nowhere(), limits, new Refusing(), Thread::new);

        try (HikariDataSource hikari = lender.pool()) {
            assertThat(hikari.getKeepaliveTime()).isZero();
        }
    }

    /** Never gets a connection. */
    private static final class Refusing extends BareDataSource {
        @Override
        public Connection getConnection() throws SQLException {
            throw new SQLException("no");
        }
    }
}
