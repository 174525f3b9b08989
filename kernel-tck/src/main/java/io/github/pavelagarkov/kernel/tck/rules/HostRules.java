package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.opentest4j.TestAbortedException;

/** What the rules of hosts have in common. Real time: a host is another process, or a server. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class HostRules extends ContractRules {
    /** Until a host is up, on a machine that has other things to do. */
    static final Duration UP = Duration.ofMinutes(2);

    /** For what a host that is up does within moments. */
    static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private TckHost host;

    @BeforeEach
    void findHost() {
        host = required(fixture().host(), "TckHost");
    }

    final TckHost host() {
        return host;
    }

    /** {@return a host whose application runs; closed after the test} */
    final TckHost.Running started(TckHost.Settings settings) {
        TckHost.Running running = host.start(settings);
        closing(running);
        running.awaitLine(TckApplication.SAYS + "starts", UP);
        running.awaitLine("terminationGracePeriodSeconds", UP);
        return running;
    }

    /** {@return the exit code; empty in a server} */
    final Optional<Integer> awaitExit(TckHost.Running running) {
        return running.awaitExit(SOON);
    }

    /** {@return a host whose start has to fail, and has} */
    final TckHost.Running ended(TckHost.Settings settings) {
        TckHost.Running running = host.start(settings);
        closing(running);
        time().until(
                        "the host ends, or its application starts although it must not",
                        UP,
                        () -> !running.isAlive() || tckLines(running).contains(TckApplication.SAYS + "starts"));
        return running;
    }

    /** {@return all that a host says: some lines come a moment after others, so it is stopped first} */
    final List<String> linesToTheEnd(TckHost.Running running) {
        running.terminate();
        var unused = awaitExit(running);
        return running.lines();
    }

    static List<String> tckLines(TckHost.Running running) {
        return running.lines().stream()
                .filter(line -> line.contains(TckApplication.SAYS))
                .map(line -> line.substring(line.indexOf(TckApplication.SAYS)))
                .toList();
    }

    static URI address(Optional<URI> uri, String what) {
        return uri.orElseThrow(() -> new TestAbortedException("the host has no address for " + what));
    }

    /** {@return the status of a GET; empty if nobody answers} */
    final Optional<Integer> status(URI uri) {
        return get(uri).map(HttpResponse::statusCode);
    }

    final Optional<HttpResponse<String>> get(URI uri) {
        try {
            return Optional.of(exchange("GET", uri, Map.of()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@return the response, which has to come} */
    final HttpResponse<String> send(String method, URI uri, Map<String, String> headers) {
        try {
            return exchange(method, uri, headers);
        } catch (IOException e) {
            throw new AssertionError("no response to " + method + " " + uri, e);
        }
    }

    /** {@return whether a GET gets a response that is whole, as far as a client can tell} */
    final boolean whole(URI uri, Map<String, String> headers) {
        try {
            var unused = exchange("GET", uri, headers);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return what came of requests, all at once, that were not answered with 200} */
    final List<String> failuresOf(List<URI> uris) {
        List<CompletableFuture<String>> outcomes = uris.stream()
                .map(uri -> HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(20))
                        .build())
                .map(request -> client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                        .handle((response, error) -> error != null ? error.toString() : "" + response.statusCode()))
                .toList();
        return outcomes.stream()
                .map(CompletableFuture::join)
                .filter(outcome -> !outcome.equals("200"))
                .toList();
    }

    private HttpResponse<String> exchange(String method, URI uri, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
