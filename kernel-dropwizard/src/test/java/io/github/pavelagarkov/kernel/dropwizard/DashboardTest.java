package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where Dropwizard shows the page, and to whom. */
final class DashboardTest {
    private static final String ROLE = "Test-Role";

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable DropwizardTestSupport<TestConfiguration> support;

    /** A service that finds out who is asking. */
    public static final class GuardedApplication extends Application<TestConfiguration> {
        private final KernelBundle<TestConfiguration> bundle =
                KernelBundle.builder(TestConfiguration::getKernel).build();

        @Override
        public void initialize(Bootstrap<TestConfiguration> bootstrap) {
            bootstrap.addBundle(bundle);
        }

        @Override
        public void run(TestConfiguration configuration, Environment environment) {
            environment.jersey().register(new Login());
        }
    }

    /** Believes what a header says. */
    @PreMatching
    @Priority(Priorities.AUTHENTICATION)
    static final class Login implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            String role = request.getHeaderString(ROLE);
            if (role != null) {
                request.setSecurityContext(new Caller(role));
            }
        }
    }

    private record Caller(String role) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return () -> role.equals("nobody") ? "<ANONYMOUS>" : role.equals("nameless") ? "" : "somebody";
        }

        @Override
        public boolean isUserInRole(String asked) {
            return asked.equals(role);
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "test";
        }
    }

    @TempDir
    Path temp;

    private DropwizardTestSupport<TestConfiguration> start(String... settings) throws Exception {
        return start(
                null,
                Map.of("server.applicationConnectors[0].port", "0", "server.adminConnectors[0].port", "0"),
                settings);
    }

    /** With one port, which everybody reaches. */
    private DropwizardTestSupport<TestConfiguration> startSimple(String... settings) throws Exception {
        // In a file: overrides come on top of the default, which is a server with two ports.
        Path file = Files.writeString(
                temp.resolve("simple.yml"), "server: {type: simple, connector: {type: http, port: 0}}\n");
        return start(file.toString(), Map.of(), settings);
    }

    private DropwizardTestSupport<TestConfiguration> start(
            @Nullable String file, Map<String, String> server, String... settings) throws Exception {
        Map<String, String> values = new TreeMap<>(server);
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        DropwizardTestSupport<TestConfiguration> started = new DropwizardTestSupport<>(
                GuardedApplication.class,
                file,
                values.entrySet().stream()
                        .map(entry -> ConfigOverride.config(entry.getKey(), entry.getValue()))
                        .toArray(ConfigOverride[]::new));
        support = started;
        started.before();
        return started;
    }

    @AfterEach
    void stop() {
        if (support != null) {
            support.after();
        }
    }

    private HttpResponse<String> ask(String method, int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void isAtTheAdminPortAndNotAtThatOfTheApplication() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start();

        for (String path : new String[] {"/kernel", "/kernel/"}) {
            HttpResponse<String> page = ask("GET", on.getAdminPort(), path);
            assertThat(page.statusCode()).as(path).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type").orElseThrow())
                    .matches("(?i)text/html; ?charset=utf-8");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'");
            assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        }
        JsonNode status = new ObjectMapper()
                .readTree(ask("GET", on.getAdminPort(), "/kernel/status.json").body());
        assertThat(status.get("process").get("host").asText()).isEqualTo(KernelBundle.HOST);
        assertThat(status.get("shutdown").get("requestWaitMillis").asInt()).isEqualTo(30_000);
        assertThat(ask("POST", on.getAdminPort(), "/kernel/status.json").statusCode())
                .isEqualTo(405);
        assertThat(ask("HEAD", on.getAdminPort(), "/kernel/status.json").statusCode())
                .isEqualTo(200);
        assertThat(ask("GET", on.getAdminPort(), "/kernel/other").statusCode()).isEqualTo(404);
        assertThat(ask("GET", on.getLocalPort(), "/kernel").statusCode()).isEqualTo(404);
    }

    @Test
    void canBeSwitchedOff() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = start("kernel.dashboard.admin", "false");

        assertThat(ask("GET", on.getAdminPort(), "/kernel").statusCode()).isEqualTo(404);
    }

    @Test
    void isNotAtAPortThatEverybodyReaches() throws Exception {
        DropwizardTestSupport<TestConfiguration> on = startSimple();
        int port = on.getLocalPort();

        assertThat(ask("GET", port, "/admin/ping").statusCode()).isEqualTo(200);
        assertThat(ask("GET", port, "/admin/kernel").statusCode()).isEqualTo(404);
        assertThat(ask("GET", port, "/admin/kernel/status.json").statusCode()).isEqualTo(404);
    }

    @Test
    void aPathForARoleOpensNoOtherAtASharedPort() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                startSimple("kernel.dashboard.path", "/kernel", "kernel.dashboard.role", "operator");
        int port = on.getLocalPort();

        assertThat(ask("GET", port, "/application/kernel", ROLE, "operator").statusCode())
                .isEqualTo(200);
        assertThat(ask("GET", port, "/application/kernel").statusCode()).isEqualTo(401);
        assertThat(ask("GET", port, "/admin/kernel").statusCode()).isEqualTo(404);
    }

    @Test
    void isAtAPathOfTheApplicationForARole() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                start("kernel.dashboard.path", "/ops/kernel", "kernel.dashboard.role", "operator");
        int port = on.getLocalPort();

        assertThat(ask("GET", port, "/ops/kernel").statusCode()).isEqualTo(401);
        assertThat(ask("GET", port, "/ops/kernel/status.json").body()).isEqualTo("log in to see this\n");
        HttpResponse<String> refused = ask("GET", port, "/ops/kernel/status.json", ROLE, "customer");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Cache-Control")).hasValue("no-store");
        HttpResponse<String> page = ask("GET", port, "/ops/kernel", ROLE, "operator");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).startsWith("<!DOCTYPE html>");
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(ask("GET", port, "/ops/kernel/status.json", ROLE, "operator").body())
                .startsWith("{\"at\":");
        assertThat(ask("POST", port, "/ops/kernel/status.json", ROLE, "operator")
                        .statusCode())
                .isEqualTo(405);
        assertThat(ask("GET", port, "/ops/kernels", ROLE, "operator").statusCode())
                .isEqualTo(404);
    }

    @Test
    void twoStarsAreWhoeverHasLoggedIn() throws Exception {
        DropwizardTestSupport<TestConfiguration> on =
                start("kernel.dashboard.path", "/kernel", "kernel.dashboard.role", "**");

        assertThat(ask("GET", on.getLocalPort(), "/kernel").statusCode()).isEqualTo(401);
        assertThat(ask("GET", on.getLocalPort(), "/kernel", ROLE, "anything").statusCode())
                .isEqualTo(200);
        for (String nobody : new String[] {"nobody", "nameless"}) {
            assertThat(ask("GET", on.getLocalPort(), "/kernel", ROLE, nobody).statusCode())
                    .as(nobody)
                    .isEqualTo(401);
        }
    }
}
