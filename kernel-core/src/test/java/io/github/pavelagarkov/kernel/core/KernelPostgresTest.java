package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which store a kernel takes, and that the one in PostgreSQL does its work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KernelPostgresTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @Test
    void aUrlIsEnoughToLeadAndToLock() throws Exception {
        Map<String, String> values = new HashMap<>(url());
        values.put("kernel.postgres.lease-table", "of_shop");

        leads(Kernel.builder().config(KernelConfig.of(values)));

        assertThat(postgres.query("SELECT key, lease_id FROM of_shop ORDER BY key"))
                .containsExactly(
                        List.of("kernel:shop:election:billing", "null"), List.of("kernel:shop:lock:report", "null"));
    }

    @Test
    void cf5_aDataSourceOfTheApplicationIsUsedAndLeftOpen() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.url());
        config.setUsername(postgres.user());
        config.setPassword(postgres.password());
        try (HikariDataSource pool = new HikariDataSource(config)) {
            leads(Kernel.builder()
                    .config(KernelConfig.of(Map.of("kernel.application", "shop")))
                    .postgres(pool));

            assertThat(pool.isClosed()).isFalse();
        }
    }

    @Test
    void memoryIsAStoreForASingleInstance() throws Exception {
        Map<String, String> values = new HashMap<>(url());
        values.put("kernel.leader.store", "memory");
        values.put("kernel.postgres.lease-table", "never_made");

        leads(Kernel.builder().config(KernelConfig.of(values)));

        assertThat(postgres.query("SELECT 1 FROM pg_tables WHERE tablename = 'never_made'"))
                .isEmpty();
    }

    /** Runs a leader's job, takes a lock, and stops in order. */
    private static void leads(KernelBuilder builder) throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        Kernel kernel = builder.leaderJob(
                        "billing",
                        JobSpec.named("settle")
                                .every(Duration.ofMillis(50))
                                .task(run -> ran.countDown())
                                .build())
                .build();
        try (kernel) {
            kernel.start();
            assertThat(ran.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await().atMost(PATIENCE).until(() -> {
                try (var lock =
                        kernel.locks().tryLock("report", Duration.ofSeconds(10)).orElseThrow()) {
                    return lock.isHeld() && lock.fencingToken() > 0;
                }
            });
        }
    }

    @Test
    void aStoreWithoutItsServerFailsTheStart() {
        for (String store : List.of("redis", "postgres")) {
            String key = store.equals("redis") ? "kernel.redis.uri" : "kernel.postgres.url";
            KernelConfig config = KernelConfig.of(Map.of("kernel.leader.store", store, "kernel.application", "shop"));

            assertThatThrownBy(() -> Kernel.builder().config(config).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("kernel.leader.store")
                    .hasMessageContaining("needs " + key + ", or a connection given to the builder");
        }
    }

    @Test
    void le19_theLeasesInPostgresNeedAnApplicationAndADatabaseForOtherThingsDoesNot() {
        Map<String, String> values = Map.of("kernel.postgres.url", postgres.url());
        Map<String, String> elsewhere = Map.of("kernel.postgres.url", postgres.url(), "kernel.leader.store", "memory");

        assertThatThrownBy(() -> KernelConfig.of(values))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("required by the leases in PostgreSQL");
        assertThat(KernelConfig.of(elsewhere).postgres().url()).contains(postgres.url());
    }

    @Test
    void cf4_aUrlWithCredentialsIsRefusedWithoutShowingThem() {
        for (String url : List.of(
                "jdbc:postgresql://db/shop?user=u&password=s3cret",
                "jdbc:postgresql://db/shop?ssl=true&PASSWORD=s3cret",
                "jdbc:postgresql://me:s3cret@db/shop",
                "jdbc:postgresql://db/shop s3cret",
                "postgres://me:s3cret@db/shop")) {
            assertThatThrownBy(() -> KernelConfig.of(Map.of("kernel.application", "shop", "kernel.postgres.url", url)))
                    .as(url)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("kernel.postgres.url")
                    .hasMessageNotContaining("s3cret");
        }
        KernelConfig good = KernelConfig.of(Map.of(
                "kernel.application", "shop",
                "kernel.postgres.url", "jdbc:postgresql://a:5432,b/shop?targetServerType=primary",
                "kernel.postgres.password", "s3cret"));
        assertThat(good.toString()).doesNotContain("s3cret");
        assertThat(good.postgres().url()).contains("jdbc:postgresql://a:5432,b/shop?targetServerType=primary");
    }

    private Map<String, String> url() {
        return Map.of(
                "kernel.application", "shop",
                "kernel.postgres.url", postgres.url(),
                "kernel.postgres.username", postgres.user(),
                "kernel.postgres.password", postgres.password());
    }
}
