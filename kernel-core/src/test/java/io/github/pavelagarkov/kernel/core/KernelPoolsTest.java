package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pools of a kernel: which there are, when they end, and what readiness has to do with them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KernelPoolsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @AfterEach
    void revive() {
        if (!postgres.isAlive()) {
            postgres.restart();
        }
    }

    private KernelBuilder builder(String... settings) {
        Map<String, String> values = new HashMap<>(Map.of(
                "kernel.application", "shop",
                "kernel.leader.store", "memory",
                "kernel.postgres.names", "audit,orders",
                "kernel.postgres.defaults.max-size", "4",
                "kernel.postgres.url", postgres.url(),
                "kernel.postgres.username", postgres.user(),
                "kernel.postgres.password", postgres.password()));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return Kernel.builder().config(KernelConfig.of(values));
    }

    @Test
    void pg1_poolsOfTheConfigurationAreThereByName() throws SQLException {
        try (Kernel kernel =
                builder("kernel.postgres.audit.application-name", "shop-audit").build()) {
            kernel.start();

            kernel.postgres("orders").dataSource().getConnection().close();
            kernel.postgres("audit").dataSource().getConnection().close();
            assertThat(postgres.query("SELECT DISTINCT application_name FROM pg_stat_activity"
                            + " WHERE application_name LIKE 'shop%' ORDER BY 1"))
                    .containsExactly(List.of("shop"), List.of("shop-audit"));
            assertThat(kernel.postgresPools()).containsOnlyKeys("audit", "orders");
            assertThat(kernel.checks())
                    .filteredOn(check -> check.name().startsWith("kernel-postgres-"))
                    .hasSize(2)
                    .allSatisfy(check -> assertThat(check.run().message()).isEqualTo("answers"));
            assertThatThrownBy(() -> kernel.postgres("mail"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no postgres pool 'mail', there are [audit, orders]");
        }
    }

    @Test
    void pg2_aDataSourceOfTheApplicationIsUsedAndLeftOpen() throws SQLException {
        PostgresPoolSettings settings = PostgresPoolSettings.builder(postgres.url())
                .username(postgres.user())
                .password(Secret.of(postgres.password()))
                .build();
        try (PostgresPool theirs = PostgresPool.open("theirs", settings)) {
            try (Kernel kernel =
                    builder().postgresPool("given", theirs.dataSource()).build()) {
                kernel.start();
                kernel.postgres("given").dataSource().getConnection().close();
                assertThat(kernel.postgresPools()).containsOnlyKeys("audit", "given", "orders");
            }

            theirs.dataSource().getConnection().close();
            assertThatThrownBy(() -> builder()
                            .postgresPool("orders", theirs.dataSource())
                            .build())
                    .hasMessageContaining("kernel.postgres.names = ")
                    .hasMessageContaining(
                            "postgres pool 'orders' is given as a DataSource, so it must not have settings too");
        }
    }

    @Test
    void ev2_aServerThatIsAwayHoldsUpNoStart() {
        long from = System.nanoTime();
        try (Kernel kernel = builder("kernel.postgres.orders.url", "jdbc:postgresql://127.0.0.1:1/shop")
                .build()) {
            kernel.start();

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(2));
            assertThat(kernel.readiness().isReady()).isTrue();
        }
    }

    @Test
    void sd2_poolsCloseAtLowAfterTheHooksOfTheServiceAndTheReportNamesThem() {
        List<Boolean> usable = new CopyOnWriteArrayList<>();
        Kernel kernel = builder().build();
        var unused = kernel.shutdown().register(HookSpec.of("flush", ShutdownRegistry.MEDIUM, context -> {
            kernel.postgres("orders").dataSource().getConnection().close();
            usable.add(true);
        }));
        kernel.start();

        ShutdownReport report = kernel.stop("test");

        assertThat(usable).containsExactly(true);
        assertThat(report.clean()).isTrue();
        assertThat(report.hooks())
                .filteredOn(hook -> hook.priority() == ShutdownRegistry.LOW)
                .extracting(HookResult::name)
                .containsExactly("locks", "postgres-audit", "postgres-orders");
        assertThatThrownBy(() -> kernel.postgres("orders").dataSource().getConnection())
                .hasMessage("postgres pool 'orders' is closed");
    }

    @Test
    void pg4_aConnectionThatIsNotGivenBackIsCutInTimeAndReported() throws SQLException {
        Kernel kernel = builder("kernel.shutdown.hook-timeout", "1500ms").build();
        kernel.start();
        Connection kept = kernel.postgres("orders").dataSource().getConnection();

        ShutdownReport report = kernel.stop("test");

        assertThat(report.hooks())
                .filteredOn(hook -> hook.name().equals("postgres-orders"))
                .singleElement()
                .satisfies(hook -> {
                    assertThat(hook.outcome()).isEqualTo(HookOutcome.FAILED);
                    assertThat(hook.took()).isLessThan(Duration.ofMillis(1_700));
                    assertThat(hook.error())
                            .hasValueSatisfying(error -> assertThat(error)
                                    .hasMessageMatching("postgres pool 'orders' cut 1 connections that were still lent"
                                            + " out after PT1\\.[0-9]+S"));
                });
        assertThatThrownBy(kept::createStatement).isInstanceOf(SQLException.class);
    }

    @Test
    void rb1_aPoolOnlyInformsUnlessItIsRequiredAndEachChangeIsToldOnce() {
        List<String> told = new CopyOnWriteArrayList<>();
        KernelListener listener = new KernelListener() {
            @Override
            public void onReadinessChanged(KernelEvent.ReadinessChanged event) {
                ReadinessSnapshot.Status status = event.current().components().get("postgres-orders");
                told.add((event.current().ready() ? "ready " : "not ready ") + (status == null ? "" : status.reason()));
            }
        };
        try (Kernel kernel = builder("kernel.readiness.require", "postgres-orders")
                .listener("told", listener)
                .build()) {
            kernel.start();
            await().atMost(PATIENCE).until(() -> kernel.readiness().isReady());

            postgres.kill();
            await().atMost(PATIENCE).until(() -> !kernel.readiness().isReady());
            assertThat(kernel.readiness().snapshot().components()).doesNotContainKey("postgres-audit");
            assertThat(kernel.readiness().snapshot().components())
                    .hasEntrySatisfying(
                            "postgres-orders",
                            status -> assertThat(status.reason()).endsWith("/postgres cannot be reached"));
            int changes = told.size();
            await().during(Duration.ofSeconds(5)).atMost(PATIENCE).until(() -> told.size() == changes);

            postgres.restart();
            await().atMost(PATIENCE).until(() -> kernel.readiness().isReady());
            await().atMost(PATIENCE).until(() -> told.get(told.size() - 1).startsWith("ready"));
        }
    }

    @Test
    void rb1_aRequiredBackendThatIsNotThereFailsTheStartWithAllOfThem() {
        assertThatThrownBy(() -> builder("kernel.readiness.require", "postgres-order,redis")
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2 problems")
                .hasMessageContaining("kernel.readiness.require = 'postgres-order'")
                .hasMessageContaining("must be one of [postgres-audit, postgres-orders, redis]")
                .hasMessageContaining("set kernel.redis.uri");
    }

    @Test
    void aKernelThatCannotBeBuiltLeavesNoPoolBehind() {
        assertThatThrownBy(() -> builder("kernel.readiness.require", "reddis", "kernel.postgres.names", "left-behind")
                        .build())
                .isInstanceOf(ConfigurationException.class);

        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("kernel-postgres-left-behind")));
    }
}
