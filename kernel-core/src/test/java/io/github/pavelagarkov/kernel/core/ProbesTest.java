package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The probes over a real port, in virtual time. */
final class ProbesTest {
    private static final String[] ON = {"kernel.probes.port", "0", "kernel.probes.address", "127.0.0.1"};

    private final KernelFixture on = new KernelFixture();
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> ask(String method, int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private int code(Kernel kernel, String path) throws Exception {
        return ask("GET", kernel.probesPort().orElseThrow(), path).statusCode();
    }

    private String body(Kernel kernel, String path) throws Exception {
        return ask("GET", kernel.probesPort().orElseThrow(), path).body();
    }

    @Test
    void rb9_toldFromStartToEnd() throws Exception {
        StringBuilder during = new StringBuilder();
        Kernel kernel = on.bare(ON[0], ON[1], ON[2], ON[3], "kernel.shutdown.drain-delay", "5s")
                .onStart(
                        "look",
                        starting -> during.append(code(starting, "/started"))
                                .append(code(starting, "/ready"))
                                .append(code(starting, "/live")))
                .build();
        assertThat(kernel.probesPort()).isEmpty();

        kernel.start();

        assertThat(during).hasToString("503503200");
        assertThat(body(kernel, "/started")).isEqualTo("{\"started\":true}");
        assertThat(body(kernel, "/live")).isEqualTo("{\"live\":true}");
        HttpResponse<String> ready = ask("GET", kernel.probesPort().orElseThrow(), "/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(ready.body())
                .startsWith("{\"ready\":true,\"version\":")
                .contains("\"components\":{\"started\":{\"ready\":true,\"since\":\"2026-01-01T00:00:00Z\"}}");

        ReadinessComponent cache = kernel.readiness().component("cache");
        var unused = cache.notReady("warming up");
        assertThat(code(kernel, "/ready")).isEqualTo(503);
        assertThat(body(kernel, "/ready"))
                .contains("\"cache\":{\"ready\":false")
                .contains("warming up");
        assertThat(code(kernel, "/live")).isEqualTo(200);
        unused = cache.ready();
        assertThat(code(kernel, "/ready")).isEqualTo(200);

        on.spawn(() -> kernel.stop("test"));
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(code(kernel, "/ready")).isEqualTo(503);
        assertThat(code(kernel, "/live")).isEqualTo(200);
        assertThat(code(kernel, "/started")).isEqualTo(200);

        on.clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> code(kernel, "/live")).isInstanceOf(ConnectException.class);
        assertThat(kernel.shutdown().report())
                .hasValueSatisfying(
                        report -> assertThat(report.clean()).as("%s", report).isTrue());
    }

    @Rule("LE-18")
    void le18_liveTellsWhyTheProcessShouldBeRestarted() throws Exception {
        Kernel kernel = on.builder(ON[0], ON[1], ON[2], ON[3], "kernel.leader.defaults.on-overrun", "health-down")
                .supervise("billing", on.stubborn())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));

        assertThat(code(kernel, "/live")).isEqualTo(503);
        assertThat(body(kernel, "/live")).startsWith("{\"live\":false,\"reason\":\"work of election 'billing' goes on");
        assertThat(code(kernel, "/ready")).isEqualTo(200);
        on.stop(kernel);
    }

    @Test
    void js7_fatalErrorTakesLiveDown() throws Exception {
        Kernel kernel = on.bare(ON)
                .job(JobSpec.named("eats")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            throw new OutOfMemoryError("a \"made up\" error");
                        })
                        .build())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(code(kernel, "/live")).isEqualTo(503);
        assertThat(body(kernel, "/live"))
                .contains("job eats ended with java.lang.OutOfMemoryError")
                .doesNotContain("made up");
        on.stop(kernel);
    }

    /** The stop comes while the port opens, and its hook for that port finds none. */
    @Test
    void aPortThatOpensAfterItsHookHasRunClosesAgain() {
        CompletableFuture<Kernel> starting = new CompletableFuture<>();
        Kernel kernel = on.bare(ON)
                .threads(task -> {
                    if (opensTheProbes() && starting.join().probesPort().isEmpty()) {
                        on.spawn(() -> starting.join().stop("test"));
                        on.clock.advance(Duration.ofSeconds(1));
                    }
                    return on.clock.threads().newThread(task);
                })
                .hook(HookSpec.of("last", ShutdownRegistry.LOWEST, context -> {
                    on.log.add("last hook");
                    on.clock.park(on.clock.nanoTime() + Duration.ofSeconds(5).toNanos());
                }))
                .build();
        starting.complete(kernel);

        assertThatThrownBy(kernel::start).hasMessageContaining("was stopped while it was starting");

        assertThat(on.log).as("hooks behind the port's").containsExactly("last hook");
        assertThat(kernel.shutdown().report()).as("the stop goes on").isEmpty();
        assertThatThrownBy(() -> code(kernel, "/live")).isInstanceOf(ConnectException.class);
        on.clock.advance(Duration.ofMinutes(1));
        assertThat(kernel.shutdown().report()).isPresent();
    }

    private static boolean opensTheProbes() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".ProbeServer")));
    }

    @Test
    void headAnswersTheCodeAlone() throws Exception {
        Kernel kernel = on.bare(ON).build();
        kernel.start();
        int port = kernel.probesPort().orElseThrow();

        assertThat(ask("HEAD", port, "/live").statusCode()).isEqualTo(200);
        assertThat(ask("HEAD", port, "/live").body()).isEmpty();
        on.stop(kernel);
    }

    @Test
    void unknownPathsAreNotFoundAlsoThoseThatBeginLikeAProbe() throws Exception {
        Kernel kernel = on.bare(ON).build();
        kernel.start();

        for (String path : new String[] {"/", "/health", "/liveness", "/live/", "/ready/now", "/startedd"}) {
            assertThat(code(kernel, path)).as(path).isEqualTo(404);
        }
        assertThat(code(kernel, "/live?verbose")).isEqualTo(200);
        on.stop(kernel);
    }

    @Test
    void reasonsAreEscaped() throws Exception {
        Kernel kernel = on.bare(ON).build();
        kernel.start();

        var unused = kernel.readiness().component("cache").notReady("a \"quote\", a \\, a\nline, a\u0001, an \u00e9");

        assertThat(body(kernel, "/ready")).contains("a \\\"quote\\\", a \\\\, a\\u000aline, a\\u0001, an \u00e9");
        on.stop(kernel);
    }

    @Test
    void takenPortIsOneErrorWithKeyAndValue() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Kernel kernel = on.bare(
                            "kernel.probes.port",
                            Integer.toString(taken.getLocalPort()),
                            "kernel.probes.address",
                            "127.0.0.1")
                    .onStart("never", started -> on.log.add("never"))
                    .build();

            assertThatThrownBy(kernel::start)
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("kernel.probes.port " + taken.getLocalPort())
                    .hasMessageContaining("kernel.probes.address 127.0.0.1")
                    .hasMessageContaining("in use");
            assertThat(on.log).isEmpty();
            assertThat(kernel.shutdown().report()).isPresent();
        }
    }

    @Test
    void unknownAddressIsOneErrorWithKeyAndValue() {
        Kernel kernel = on.bare("kernel.probes.port", "0", "kernel.probes.address", "no.such.host.invalid")
                .build();

        assertThatThrownBy(kernel::start)
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("kernel.probes.address no.such.host.invalid");
    }
}
