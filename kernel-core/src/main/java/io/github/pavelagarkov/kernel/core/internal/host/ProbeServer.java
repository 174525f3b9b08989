package io.github.pavelagarkov.kernel.core.internal.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Answers /live, /ready and /started on a port of its own: 200 or 503, with the reasons as JSON. */
public final class ProbeServer implements KernelPort.Listening {
    private final HttpServer server;

    private ProbeServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Opens the port.
     *
     * @param address where to listen
     * @param threads runs the answers
     * @param readiness what /ready tells
     * @param liveness what /live tells
     * @param started what /started tells
     * @return the server, answering
     * @throws KernelException if the port cannot be opened
     */
    public static ProbeServer open(
            InetSocketAddress address,
            KernelThreads threads,
            ReadinessBarrier readiness,
            Liveness liveness,
            BooleanSupplier started) {
        HttpServer server = HttpPort.bind(
                address,
                "kernel.probes.port " + address.getPort() + " on kernel.probes.address " + address.getHostString());
        server.setExecutor(threads.executor("kernel-probes"));
        add(server, "/live", exchange -> {
            Optional<String> reason = liveness.reason();
            answer(exchange, reason.isEmpty(), "{\"live\":" + reason.isEmpty() + reason(reason.orElse("")) + "}");
        });
        add(server, "/ready", exchange -> {
            ReadinessSnapshot snapshot = readiness.snapshot();
            answer(exchange, snapshot.ready(), json(snapshot));
        });
        add(server, "/started", exchange -> {
            boolean up = started.getAsBoolean();
            answer(exchange, up, "{\"started\":" + up + "}");
        });
        HttpPort.start(server, threads, "kernel-probes");
        return new ProbeServer(server);
    }

    /** A context of the server answers everything that begins like its path; a probe answers its path alone. */
    private static void add(HttpServer server, String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            if (exchange.getRequestURI().getPath().equals(path)) {
                handler.handle(exchange);
            } else {
                try (exchange) {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, boolean good, String json) throws IOException {
        try (exchange) {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(good ? 200 : 503, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static String json(ReadinessSnapshot snapshot) {
        String components = snapshot.components().entrySet().stream()
                .map(ProbeServer::component)
                .collect(Collectors.joining(",", "{", "}"));
        return "{\"ready\":" + snapshot.ready() + ",\"version\":" + snapshot.version() + ",\"since\":\""
                + snapshot.since() + "\"" + reason(snapshot.reason()) + ",\"components\":" + components + "}";
    }

    private static String component(Map.Entry<String, ReadinessSnapshot.Status> entry) {
        ReadinessSnapshot.Status status = entry.getValue();
        return quoted(entry.getKey()) + ":{\"ready\":" + status.ready() + ",\"since\":\"" + status.since() + "\""
                + reason(status.reason()) + "}";
    }

    private static String reason(String reason) {
        return reason.isEmpty() ? "" : ",\"reason\":" + quoted(reason);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
