package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.tests.rest.Login;
import io.github.pavelagarkov.kernel.cdi.tests.rest.RestApplication;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the server does around requests, without a word of the application. Seen from outside, over HTTP. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
public class RequestsTest {
    private static final String NAME = "requests";
    private static final String ID = "X-Correlation-ID";

    private final HttpClient client = HttpClient.newHttpClient();

    /** {@return two REST applications} */
    @Deployment(testable = false)
    public static WebArchive application() {
        return TestArchive.of(
                        NAME,
                        "annotated",
                        "kernel.http.access-log-skip=/requests/rest/suite/left, /rest/suite/left",
                        "kernel.dashboard.path=/kernel",
                        "kernel.dashboard.role=operator")
                .addPackage(RestApplication.class.getPackage());
    }

    @BeforeEach
    void needsHttp() {
        assumeThat(TestServer.url()).as("a server with HTTP").isPresent();
    }

    /** {@return the address of a REST application; some servers have context roots and some do not} */
    private String root(String application) {
        String server = TestServer.url().orElseThrow();
        return List.of(server + "/" + NAME + "/" + application, server + "/" + application).stream()
                .filter(root -> get(root + "/suite/context", "looks-around").statusCode() == 200)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no REST application '" + application + "' at " + server));
    }

    private HttpResponse<String> get(String url, String id) {
        return send(HttpRequest.newBuilder(URI.create(url)).header(ID, id));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no response", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void thePageIsForThoseWhoHaveTheRole() {
        String page = root("rest") + "/kernel";

        assertThat(get(page, "no-login").statusCode()).isEqualTo(401);
        assertThat(as("customer", page).statusCode()).isEqualTo(403);
        assertThat(as("operator", page).statusCode()).isEqualTo(200);
        assertThat(as("operator", page).body()).startsWith("<!DOCTYPE html>");
        assertThat(as("operator", page).headers().firstValue("Content-Security-Policy"))
                .isPresent();
        assertThat(as("operator", page + "/status.json").body())
                .startsWith("{\"at\":")
                .contains("\"host\":\"Jakarta EE (CDI)\"");
        assertThat(as("operator", page + "/status.json").headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        // The other application has no login at all.
        assertThat(get(root("other") + "/kernel/status.json", "no-login-there").statusCode())
                .isEqualTo(401);
    }

    private HttpResponse<String> as(String role, String url) {
        return send(HttpRequest.newBuilder(URI.create(url)).header(Login.ROLE, role));
    }

    @Test
    void everyResponseOfEveryApplicationHasItsId() {
        for (String application : List.of("rest", "other")) {
            String root = root(application);
            for (String path : List.of(
                    "items/1",
                    "shelves/2/books/3",
                    "empty",
                    "stream",
                    "async",
                    "stage",
                    "missing",
                    "teapot",
                    "mapped",
                    "throws",
                    "error",
                    "async-throws",
                    "unwritable")) {
                String id = "i-" + UUID.randomUUID();
                HttpResponse<String> response = get(root + "/suite/" + path, id);
                assertThat(response.headers().allValues(ID))
                        .as("ids of %s of application %s, status %s", path, application, response.statusCode())
                        .containsExactly(id);
                assertThat(response.body()).as("body of %s", path).doesNotContain(SuiteResource.SECRET);
            }
        }
    }

    @Test
    void onlyWhatNobodyMeantBecomesA500() {
        String suite = root("rest") + "/suite/";

        assertThat(get(suite + "throws", "t-1"))
                .returns(500, HttpResponse::statusCode)
                .returns("Internal Server Error, correlation id t-1\n", HttpResponse::body);
        assertThat(get(suite + "mapped", "t-2"))
                .returns(409, HttpResponse::statusCode)
                .returns("mapped by the application", HttpResponse::body);
        assertThat(get(suite + "teapot", "t-3"))
                .returns(418, HttpResponse::statusCode)
                .returns("short and stout", HttpResponse::body);
        assertThat(get(suite + "missing", "t-4")).returns(404, HttpResponse::statusCode);
        assertThat(get(suite + "nothing-is-here", "t-4"))
                .returns(404, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.headers().allValues(ID))
                        // Helidon hands such a request on to other routes, and its own 404 is what comes out.
                        .isIn(List.of("t-4"), List.of()));
        HttpResponse<String> problem = send(HttpRequest.newBuilder(URI.create(suite + "throws"))
                .header(ID, "t-5")
                .header("Accept", "text/plain, application/problem+json"));
        assertThat(problem.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(problem.body())
                .isEqualTo("{\"title\":\"Internal Server Error\",\"status\":500,\"correlation_id\":\"t-5\"}");
    }

    @Test
    void aRefusedIdIsReplaced() {
        String context = root("rest") + "/suite/context";

        HttpResponse<String> response = get(context, "a b");

        assertThat(response.headers().firstValue(ID))
                .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-v]{20}"));
    }

    @Test
    void noRequestSeesTheContextOfAnother() {
        String suite = root("rest") + "/suite/";
        for (int i = 0; i < 60; i++) {
            get(suite + List.of("leaves", "async", "throws").get(i % 3), "before-" + i);
            // Payara has OpenTelemetry, and now and then a span that is current.
            assertThat(get(suite + "context", "now-" + i).body())
                    .contains("correlation_id=now-" + i)
                    .doesNotContain("litter", "before-");
        }
    }

    @Test
    void eachRequestIsOneLine() {
        assumeThat(TestServer.log()).as("a log of the server's own").isPresent();
        String suite = root("rest") + "/suite/";
        List<String> paths = List.of("items/secret", "shelves/secret/books/3", "stream", "async", "unwritable", "left");

        // The log of a server may be older than this run.
        String run = UUID.randomUUID() + "-";
        for (int i = 0; i < paths.size(); i++) {
            get(suite + paths.get(i), run + i);
        }

        send(HttpRequest.newBuilder(URI.create(suite + "items/1"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .header(ID, run + "head"));

        assertThat(line(run + "head")).contains("http HEAD ", "/rest/suite/items/{item}: 200");
        assertThat(line(run + "0")).contains("GET", "/rest/suite/items/{item}: 200", "4 bytes");
        assertThat(line(run + "1")).contains("/rest/suite/shelves/{shelf}/books/{book}: 200");
        assertThat(line(run + "2")).contains("/rest/suite/stream: 200", "100000 bytes");
        assertThat(line(run + "3")).contains("/rest/suite/async: 200");
        assertThat(line(run + "4")).contains("/rest/suite/unwritable: 500");
        assertThat(lines(run + "5"))
                .as("lines about a path that is to be left out")
                .isEmpty();
    }

    private static String line(String id) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !lines(id).isEmpty());
        assertThat(lines(id)).hasSize(1);
        return lines(id).get(0);
    }

    private static List<String> lines(String id) {
        Optional<Path> log = TestServer.log();
        try {
            return Files.readAllLines(log.orElseThrow()).stream()
                    .filter(line -> line.matches(".*http (GET|HEAD) .*correlation id " + id + "(]])?"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("the log of the server cannot be read", e);
        }
    }
}
