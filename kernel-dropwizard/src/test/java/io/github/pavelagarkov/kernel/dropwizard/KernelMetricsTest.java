package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.github.pavelagarkov.kernel.core.Kernel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The figures in the registry of a real Dropwizard application, and at its admin port. */
final class KernelMetricsTest {
    private final DropwizardTestSupport<TestConfiguration> support = new DropwizardTestSupport<>(
            TestApplication.class,
            (String) null,
            ConfigOverride.config("server.applicationConnectors[0].port", "0"),
            ConfigOverride.config("server.adminConnectors[0].port", "0"));

    @BeforeEach
    void start() throws Exception {
        support.before();
    }

    @AfterEach
    void stop() {
        support.after();
    }

    private Kernel kernel() {
        TestApplication application = support.getApplication();
        return application.bundle.kernel();
    }

    private JsonNode metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + support.getAdminPort() + "/metrics"))
                .build();
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Test
    void adminPortShowsThemWithoutConfiguration() throws Exception {
        JsonNode before = metrics();
        assertThat(before.at("/gauges/kernel.job.by-hand.run.success/value").asLong(-1))
                .isZero();
        assertThat(before.at("/timers/kernel.job.by-hand.duration.success/count")
                        .asLong(-1))
                .isZero();
        assertThat(before.at("/counters/kernel.shutdown.store.failed/count").asLong(-1))
                .isZero();
        assertThat(before.at("/gauges/kernel.readiness.all/value").asDouble(-1)).isOne();

        kernel().scheduler()
                .job("by-hand")
                .orElseThrow()
                .runNow()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        assertThat(metrics().at("/gauges/kernel.job.by-hand.run.success/value").asLong(-1))
                .isOne();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> metrics()
                                .at("/timers/kernel.job.by-hand.duration.success/count")
                                .asLong(-1)
                        == 1);
    }

    @Test
    void registryHasNoneOfThemAfterTheEnd() {
        MetricRegistry registry = support.getEnvironment().metrics();
        assertThat(registry.getNames()).anyMatch(name -> name.startsWith("kernel."));

        kernel().stop("test");

        assertThat(registry.getNames()).noneMatch(name -> name.startsWith("kernel."));
    }
}
