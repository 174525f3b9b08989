package io.github.pavelagarkov.kernel.cdi.tests.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes what an exporter of OpenTelemetry sends over HTTP. The messages are not decoded: in Protocol Buffers a name is there as
 * it is spelt. Thread-safe.
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final Pattern TEXT = Pattern.compile("[ -~]{4,}");

    private final HttpServer server;
    private final Set<String> metrics = new ConcurrentSkipListSet<>();
    private final Set<String> traces = new ConcurrentSkipListSet<>();

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    /**
     * {@return one at a free port of the loopback interface}
     *
     * @throws IOException if there is none
     */
    public static OtlpReceiver open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        OtlpReceiver receiver = new OtlpReceiver(server);
        server.createContext("/v1/metrics", exchange -> receiver.take(exchange, receiver.metrics));
        server.createContext("/v1/traces", exchange -> receiver.take(exchange, receiver.traces));
        server.start();
        return receiver;
    }

    private void take(HttpExchange exchange, Set<String> texts) throws IOException {
        try (exchange) {
            String message = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            TEXT.matcher(message).results().map(MatchResult::group).forEach(texts::add);
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** {@return what the setting otel.exporter.otlp.endpoint needs} */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@return all names of metrics so far, among other texts} */
    public String metrics() {
        return String.join("\n", metrics);
    }

    /** {@return all names of spans so far, among other texts} */
    public String traces() {
        return String.join("\n", traces);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
