package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.dropwizard.testing.ResourceHelpers;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bundle in a real Dropwizard application, in this JVM. */
final class KernelBundleTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable DropwizardTestSupport<TestConfiguration> support;

    @AfterEach
    void stop() {
        if (support != null) {
            support.after();
        }
    }

    private DropwizardTestSupport<TestConfiguration> start(String... settings) throws Exception {
        DropwizardTestSupport<TestConfiguration> started = support(settings);
        started.before();
        return started;
    }

    private DropwizardTestSupport<TestConfiguration> support(String... settings) {
        Map<String, String> values = new TreeMap<>(
                Map.of("server.applicationConnectors[0].port", "0", "server.adminConnectors[0].port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        support = new DropwizardTestSupport<>(
                TestApplication.class,
                (String) null,
                values.entrySet().stream()
                        .map(entry -> ConfigOverride.config(entry.getKey(), entry.getValue()))
                        .toArray(ConfigOverride[]::new));
        return support;
    }

    private static TestApplication application(DropwizardTestSupport<TestConfiguration> on) {
        return on.getApplication();
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void startsAfterTheManagedObjectsAndStopsInOrderAroundThem() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start();
        TestApplication application = application(on);
        await().atMost(SOON).until(() -> application.log.contains("tick"));

        on.after();
        support = null;

        assertThat(application.log.stream().filter(line -> !line.equals("tick")))
                .containsExactly(
                        "managed starts",
                        "component starts",
                        "hook lead",
                        "hook orders",
                        "managed stops",
                        "hook store");
        assertThat(application.bundle.kernel().shutdown().report().orElseThrow().clean())
                .isTrue();
    }

    @Test
    void rb9_healthEndpointSaysWhatTheBarrierSaysAtThatMoment() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start();
        ReadinessComponent cache = application(on).bundle.kernel().readiness().component("cache");
        int port = on.getLocalPort();

        var unused = cache.notReady("is cold");
        HttpResponse<String> down = get(port, "/health-check");
        var unusedToo = cache.ready();
        HttpResponse<String> up = get(port, "/health-check");

        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.body()).contains("\"cache\":\"is cold\"");
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(get(port, "/health-check?type=alive").statusCode()).isEqualTo(200);
    }

    @Test
    void rb9_healthBlockOfTheFileMayNameTheKernelAsItsProvider() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                new DropwizardTestSupport<>(TestApplication.class, ResourceHelpers.resourceFilePath("health.yml"));
        support = on;
        on.before();
        var unused =
                application(on).bundle.kernel().readiness().component("cache").notReady("is cold");

        assertThat(get(on.getLocalPort(), "/health-check").statusCode()).isEqualTo(503);
    }

    @Test
    void sd11_delayOfDropwizardsOwnShutdownHandlerCountsAsHostWait() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                new DropwizardTestSupport<>(TestApplication.class, ResourceHelpers.resourceFilePath("delayed.yml"));
        support = on;
        on.before();

        assertThat(application(on).bundle.kernel().describe())
                .contains("requests in flight end within 4s")
                .contains("at most 25s and 4s for requests in flight, give the process 31 s");
    }

    @Test
    void bothPortsAnswerNotReadyWhileDraining() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start("kernel.shutdown.drainDelay", "1500ms");
        List<String> answers = new ArrayList<>();
        int port = on.getLocalPort();
        int admin = on.getAdminPort();
        on.getEnvironment().getApplicationContext().getServer().addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopped(LifeCycle event) {
                answers.add("stopped");
            }
        });

        Thread stopping = new Thread(on::after);
        stopping.start();
        await().atMost(SOON).until(() -> get(port, "/health-check").statusCode() == 503);
        answers.add("ping " + get(admin, "/ping").statusCode());
        stopping.join();
        support = null;

        assertThat(answers).containsExactly("ping 200", "stopped");
    }

    @Test
    void sd12_clientIsToldToLeaveItsConnectionWhileDraining() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start("kernel.shutdown.drainDelay", "3s");
        int port = on.getLocalPort();
        int admin = on.getAdminPort();
        HttpResponse<String> before = get(port, "/health-check");

        Thread stopping = new Thread(on::after);
        stopping.start();
        await().atMost(SOON)
                .until(() -> !application(on).bundle.kernel().readiness().isReady());
        HttpResponse<String> ofTheService = get(port, "/health-check");
        HttpResponse<String> ofTheAdmin = get(admin, "/ping");
        stopping.join();
        support = null;

        assertThat(before.headers().map()).doesNotContainKey("connection");
        assertThat(List.of(ofTheService, ofTheAdmin))
                .allSatisfy(answer ->
                        assertThat(answer.headers().firstValue("connection")).contains("close"));
    }

    @Test
    void adminPortHasOneHealthCheckForEachPartWithItsReason() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                start("kernel.leader.store", "memory", "kernel.leader.billing.lease", "10s");
        var unused =
                application(on).bundle.kernel().readiness().component("cache").notReady("is 100 % cold");

        assertThat(on.getEnvironment().healthChecks().getNames())
                .contains("kernel-readiness", "kernel-job-tick", "kernel-job-by-hand");
        HealthCheck.Result readiness = on.getEnvironment().healthChecks().runHealthCheck("kernel-readiness");
        assertThat(readiness.isHealthy()).isFalse();
        assertThat(readiness.getMessage()).contains("is 100 % cold");
        assertThat(get(on.getAdminPort(), "/healthcheck").body()).contains("kernel-job-tick");
    }

    @Test
    void tableOfTheStartShowsThePorts() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start();

        assertThat(application(on).bundle.kernel().describe())
                .contains("on Dropwizard 5")
                .containsPattern("application +a free one")
                .containsPattern("admin +a free one")
                .contains("kernel-job-tick");
    }

    @Test
    void tasksAreThereOnlyIfTheyAreAllowed() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start();

        assertThat(post(on.getAdminPort(), "/tasks/kernel-job-run?job=by-hand").statusCode())
                .isEqualTo(404);
    }

    @Test
    void operatorActsThroughTasks() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start("kernel.admin.actions", "true");
        TestApplication application = application(on);
        int admin = on.getAdminPort();

        HttpResponse<String> run = post(admin, "/tasks/kernel-job-run?job=by-hand");
        HttpResponse<String> pause = post(admin, "/tasks/kernel-job-pause?job=tick");
        HttpResponse<String> wrong = post(admin, "/tasks/kernel-job-run?job=by-hnad");

        assertThat(run.body()).contains("SUCCESS").contains("correlation id");
        assertThat(application.log).contains("by-hand");
        assertThat(pause.body()).contains("paused");
        assertThat(application
                        .bundle
                        .kernel()
                        .scheduler()
                        .job("tick")
                        .orElseThrow()
                        .isPaused())
                .isTrue();
        assertThat(wrong.statusCode()).isEqualTo(500);
        assertThat(wrong.body()).contains("there is no job 'by-hnad'").contains("did you mean by-hand?");
    }

    @Test
    void cf1_keysMayBeCamelCaseOrKebabCaseAndJobsAreOverridden() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start(
                "kernel.shutdown.drainDelay", "10ms",
                "kernel.shutdown.hook-timeout", "3s",
                "kernel.jobs.tick.enabled", "false");

        var config = application(on).bundle.kernel().config();

        assertThat(config.shutdown().spec().drainDelay()).isEqualTo(Duration.ofMillis(10));
        assertThat(config.shutdown().spec().hookTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(on.getEnvironment().healthChecks().getNames()).doesNotContain("kernel-job-tick");
    }

    static Stream<String[]> wrong() {
        return Stream.of(
                new String[] {"kernel.shutdown.bugdet", "5s", "did you mean kernel.shutdown.budget?"},
                new String[] {"kernel.jobs.tikc.enabled", "false", "did you mean tick?"},
                new String[] {"kernel.redis.uri", "redis://127.0.0.1:1", "kernel.application"});
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongSettingStopsTheStartWithOneClearError(String key, String value, String says) {
        DropwizardTestSupport<TestConfiguration> on = support(key, value);

        assertThatThrownBy(on::before)
                .hasStackTraceContaining(key.replaceAll("\\.enabled$", ""))
                .hasStackTraceContaining(says);
        support = null;
    }

    @Test
    void cf2_everyProblemIsToldAtOnce() {
        DropwizardTestSupport<TestConfiguration> on =
                support("kernel.shutdown.budget", "soon", "kernel.leader.store", "paper");

        assertThatThrownBy(on::before)
                .hasStackTraceContaining("kernel.shutdown.budget")
                .hasStackTraceContaining("kernel.leader.store");
        support = null;
    }

    @Test
    void cf2_whatTheCodeGetsWrongIsInTheSameList() {
        HookSpec hook = HookSpec.of("db", ShutdownRegistry.LOW, context -> {});
        KernelBundle<Configuration> bundle = KernelBundle.builder(
                        configuration -> new KernelFactory(Map.of("shutdown", Map.of("budget", "soon"))))
                .customize((builder, configuration, environment) ->
                        builder.hook(hook).hook(hook))
                .build();

        assertThatThrownBy(() -> bundle.run(new Configuration(), new Environment("shop")))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("kernel.shutdown.budget = 'soon' (configuration file)")
                .hasMessageContaining("hook name = 'db' (code): must be unique");
    }

    @Test
    void portInUseStopsWhatWasStarted() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            DropwizardTestSupport<TestConfiguration> on =
                    support("server.applicationConnectors[0].port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(on::before).hasStackTraceContaining("Address already in use");

            TestApplication application = application(on);
            on.after();
            support = null;
            assertThat(application.log).containsExactly("hook lead", "hook orders", "hook store");
        }
    }
}
