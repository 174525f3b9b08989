package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings.Compression;
import io.github.pavelagarkov.kernel.core.clickhouse.HikariClickHousePool;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** ClickHouse in a kernel: settings, checks, readiness, events and the end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KernelClickHouseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClickHouseProcess clickhouse = ClickHouseProcess.start();

    @AfterAll
    void end() {
        clickhouse.close();
    }

    private Map<String, String> values(String... settings) {
        Map<String, String> values = new HashMap<>(Map.of(
                "kernel.application",
                "shop",
                "kernel.leader.store",
                "memory",
                "kernel.clickhouse.names",
                "events",
                "kernel.clickhouse.events.url",
                clickhouse.url(),
                "kernel.clickhouse.events.username",
                clickhouse.user(),
                "kernel.clickhouse.events.password",
                clickhouse.password()));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return values;
    }

    private KernelBuilder builder(String... settings) {
        return Kernel.builder().config(KernelConfig.of(values(settings)));
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void ch6_everySettingIsRead() {
        KernelConfig config = KernelConfig.of(values(
                "kernel.clickhouse.events.max-size", "30",
                "kernel.clickhouse.defaults.max-size", "20",
                "kernel.clickhouse.defaults.min-idle", "3",
                "kernel.clickhouse.events.idle-timeout", "11s",
                "kernel.clickhouse.events.max-lifetime", "41s",
                "kernel.clickhouse.events.connect-timeout", "3s",
                "kernel.clickhouse.events.acquire-timeout", "4s",
                "kernel.clickhouse.events.socket-timeout", "1m",
                "kernel.clickhouse.events.drain-timeout", "2s",
                "kernel.clickhouse.events.client-name", "Events of shop",
                "kernel.clickhouse.events.compression", "none"));

        assertThat(config.clickHouse())
                .containsExactly(Map.entry(
                        "events",
                        ClickHouseSettings.builder(clickhouse.url())
                                .username(clickhouse.user())
                                .password(Secret.of(clickhouse.password()))
                                .maxSize(30)
                                .minIdle(3)
                                .idleTimeout(Duration.ofSeconds(11))
                                .maxLifetime(Duration.ofSeconds(41))
                                .connectTimeout(Duration.ofSeconds(3))
                                .acquireTimeout(Duration.ofSeconds(4))
                                .socketTimeout(Duration.ofMinutes(1))
                                .drainTimeout(Duration.ofSeconds(2))
                                .clientName("Events of shop")
                                .compression(Compression.NONE)
                                .build()));
        assertThat(config.settings().toString() + config).doesNotContain("=" + clickhouse.password() + ",");
    }

    @Test
    void cf2_allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> KernelConfig.of(Map.of(
                        "kernel.clickhouse.names", "a,b",
                        "kernel.clickhouse.a.url", "jdbc:clickhouse://me:s3cret@db/x",
                        "kernel.clickhouse.a.max-size", "0",
                        "kernel.clickhouse.b.compression", "zip")))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .extracting(ConfigurationException.Problem::key)
                                .containsExactlyInAnyOrder(
                                        "kernel.clickhouse.a.url",
                                        "kernel.clickhouse.a.max-size",
                                        "kernel.clickhouse.b.url",
                                        "kernel.clickhouse.b.compression"))
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void ch6_poolsOfTheConfigurationAreThereByName() {
        try (Kernel kernel = builder().build()) {
            kernel.start();

            String agent = kernel.clickHouse("events")
                    .execute(
                            CallSpec.read(),
                            connection -> one(
                                    connection,
                                    "SELECT http_user_agent FROM system.processes WHERE query LIKE '%http_user_agent%'"));
            assertThat(agent).startsWith("shop ");
            assertThat(kernel.clickHousePools()).containsOnlyKeys("events");
            assertThat(kernel.checks())
                    .filteredOn(check -> check.name().equals("kernel-clickhouse-events"))
                    .singleElement()
                    .satisfies(check -> assertThat(check.run().message()).isEqualTo("answers"));
            assertThatThrownBy(() -> kernel.clickHouse("mail"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no clickhouse pool 'mail', there are [events]");
        }
    }

    @Test
    void cf5_aPoolOfTheApplicationIsUsedAndClosed() {
        ClickHousePool mine = HikariClickHousePool.open(
                "mine",
                KernelConfig.of(values()).clickHouse().values().iterator().next());
        try (Kernel kernel = builder().clickHousePool("mine", mine).build()) {
            kernel.start();
            assertThat(kernel.clickHouse("mine")).isSameAs(mine);
        }
        assertThatThrownBy(mine::connection).hasMessage("clickhouse pool 'mine' is closed");
        assertThatThrownBy(() -> builder().clickHousePool("events", mine).build())
                .hasMessageContaining("kernel.clickhouse.names = 'events'")
                .hasMessageContaining(
                        "clickhouse pool 'events' is given to the builder, so it must not have settings too");
    }

    @Test
    void rb1_aRequiredServerThatIsAwayTakesReadinessDownAndHoldsUpNoStart() {
        List<ClickHouseEvent> events = new CopyOnWriteArrayList<>();
        try (Kernel kernel = builder("kernel.readiness.require", "clickhouse-events")
                .onEvent("events", event -> {
                    if (event instanceof ClickHouseEvent ours) {
                        events.add(ours);
                    }
                })
                .build()) {
            kernel.start();
            await().atMost(PATIENCE).until(() -> kernel.readiness().isReady());
            clickhouse.kill();
            await().atMost(PATIENCE)
                    .until(() -> kernel.readiness().snapshot().reason().contains("the server refuses connections"));
            assertThatThrownBy(() -> kernel.clickHouse("events").reconnect()).hasMessageContaining("not reconnected");
            clickhouse.restart();
            await().atMost(PATIENCE).until(() -> kernel.readiness().isReady());
            await().atMost(PATIENCE)
                    .until(() -> events.stream().anyMatch(ClickHouseEvent.ReconnectFailed.class::isInstance));
        }
    }
}
