package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle with a real Redis and a real PostgreSQL. */
@SuppressWarnings("NullAway.Init") // set before all tests
final class BackendsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private static RedisProcess redis;
    private static PostgresProcess postgres;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServers() {
        redis = RedisProcess.start();
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stopServers() {
        redis.close();
        postgres.close();
    }

    private Path file(String redisUri) throws IOException {
        return Files.writeString(folder.resolve("app.yml"), """
                server:
                  applicationConnectors: [{type: http, port: 0}]
                  adminConnectors: [{type: http, port: 0}]
                kernel:
                  application: shop
                  redis:
                    uri: %s
                  leader:
                    billing: {lease: 5s}
                  postgres:
                    orders:
                      url: %s
                      username: %s
                      password: %s
                      maxSize: 3
                """.formatted(
                        redisUri, postgres.url(), postgres.user(), postgres.password()));
    }

    @Test
    void pg2_jdbiFactoryTakesThePoolAndTheKernelClosesIt() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = new DropwizardTestSupport<>(
                TestApplication.class, file(redis.uri().toString()).toString(), new ConfigOverride[0]);
        on.before();
        TestApplication application = on.getApplication();
        PostgresPool orders = application.bundle.kernel().postgres("orders");
        Jdbi jdbi = new JdbiFactory().build(on.getEnvironment(), KernelDataSourceFactory.of(orders), "orders");

        String name = jdbi.withHandle(handle -> handle.createQuery("SELECT current_setting('application_name')")
                .mapTo(String.class)
                .one());

        assertThat(name).isEqualTo("shop");
        // Connections are opened in the background: the start waits for none of them.
        for (String check : List.of("orders", "kernel-postgres-orders", "kernel-redis")) {
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(on.getEnvironment().healthChecks().runHealthCheck(check))
                                    .returns(true, HealthCheck.Result::isHealthy));
        }
        on.after();
        assertThatThrownBy(() -> orders.dataSource().getConnection()).hasMessageContaining("closed");
    }

    private JavaProcess check(Path file) {
        return JavaProcess.of(CheckMain.class)
                .jvmArgs("-XX:TieredStopAtLevel=1")
                .args("kernel-check", file.toString())
                .start();
    }

    private static String output(JavaProcess process) {
        return process.lines().stream().map(OutputLine::text).collect(Collectors.joining("\n"));
    }

    @Test
    void checkCommandAsksEachBackendAndShowsSettingsWithoutSecretsAndTheStop() throws Exception {
        try (JavaProcess process = check(file(redis.uri().toString().replace("redis://", "redis://:s3cr3t@")))) {
            assertThat(process.awaitExit(SOON))
                    .as("the password is wrong, and Redis says so")
                    .isNotZero();

            assertThat(output(process))
                    .contains("kernel.leader.billing.lease = 5s (configuration file)")
                    .contains("ok:      kernel-postgres-orders")
                    .contains("SILENT:  kernel-redis")
                    .contains("postgres-orders")
                    .doesNotContain("s3cr3t");
        }
    }

    @Test
    void checkCommandSucceedsIfAllIsWell() throws Exception {
        try (JavaProcess process = check(file(redis.uri().toString()))) {
            assertThat(process.awaitExit(SOON)).as(() -> output(process)).isZero();

            assertThat(output(process)).contains("ok:      kernel-redis").contains("ok:      kernel-postgres-orders");
        }
    }

    @Test
    void checkCommandAsksALeaseStoreInPostgresToo() throws Exception {
        Path file = Files.writeString(folder.resolve("leases.yml"), """
                kernel:
                  application: shop
                  postgres: {url: "jdbc:postgresql://127.0.0.1:1/shop"}
                """);
        try (JavaProcess process = check(file)) {
            assertThat(process.awaitExit(SOON)).isNotZero();

            assertThat(output(process)).contains("SILENT:  kernel-leases");
        }
    }

    @Test
    void ev2_hooksRunIfApplicationRunThrows() throws Exception {
        try (JavaProcess process = JavaProcess.of(FailingMain.class)
                .jvmArgs("-XX:TieredStopAtLevel=1")
                .args("server")
                .start()) {
            assertThat(process.awaitExit(SOON)).isEqualTo(1);

            assertThat(output(process)).contains("hook mailbox").contains("application cannot run");
        }
    }

    @Test
    void checkCommandKnowsWhatTheCustomizerAddsAndStartsNothingOfIt() throws Exception {
        Path file = Files.writeString(folder.resolve("parts.yml"), """
                kernel: {}
                """);
        try (JavaProcess process = check(file)) {
            assertThat(process.awaitExit(SOON)).as(() -> output(process)).isZero();

            assertThat(output(process)).contains("lead", "orders", "store").doesNotContain("component starts");
        }
    }

    @Test
    void checkCommandTellsWhichSettingContradictsAJobOfTheCustomizer() throws Exception {
        Path file = Files.writeString(folder.resolve("zone.yml"), """
                kernel:
                  jobs:
                    sweep: {zone: Europe/Berlin}
                """);
        try (JavaProcess process = check(file)) {
            assertThat(process.awaitExit(SOON)).isNotZero();

            assertThat(output(process)).contains("kernel.jobs.sweep.zone is for cron triggers only");
        }
    }

    @Test
    void checkCommandTellsEveryProblemOfTheFile() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.yml"), """
                kernel:
                  shutdown: {bugdet: 5s, hookTimeout: soon}
                  jobs:
                    tick: {cron: "0 25 * * *"}
                    tidy: {zone: Berlin}
                """);
        try (JavaProcess process = check(broken)) {
            assertThat(process.awaitExit(SOON)).isNotZero();

            assertThat(output(process))
                    .contains("did you mean kernel.shutdown.budget?")
                    .contains("kernel.shutdown.hook-timeout")
                    .contains("soon")
                    .contains("kernel.jobs.tick.cron")
                    .contains("kernel.jobs.tidy.zone");
        }
    }
}
