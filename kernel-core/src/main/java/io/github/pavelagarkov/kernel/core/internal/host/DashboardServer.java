package io.github.pavelagarkov.kernel.core.internal.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardAnswer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Shows the page on a port of the loopback interface, to browsers of this machine and at the end of a tunnel such as {@code
 * kubectl port-forward}.
 */
public final class DashboardServer implements KernelPort.Listening {
    private static final String NAME = "kernel-dashboard";
    /** What a browser of this machine has in its address line. */
    private static final Pattern LOCAL =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private final HttpServer server;

    private DashboardServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Opens the port.
     *
     * @param port on the loopback interface, 0 takes a free one
     * @param threads runs the answers
     * @param dashboard what is shown
     * @return the server, answering
     * @throws io.github.pavelagarkov.kernel.KernelException if the port cannot be opened
     */
    public static DashboardServer open(int port, KernelThreads threads, Dashboard dashboard) {
        HttpServer server = HttpPort.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "kernel.dashboard.port " + port);
        server.setExecutor(threads.executor(NAME));
        server.createContext("/", exchange -> send(exchange, answer(exchange, dashboard)));
        HttpPort.start(server, threads, NAME);
        return new DashboardServer(server);
    }

    private static DashboardAnswer answer(HttpExchange exchange, Dashboard dashboard) {
        // A page of somebody else whose name suddenly leads to this address (DNS rebinding) names itself as the host.
        List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
        if (hosts.size() != 1 || !LOCAL.matcher(hosts.get(0)).matches()) {
            return Dashboard.refuse(421, "ask at localhost, 127.0.0.1 or [::1]");
        }
        return dashboard.answer(
                exchange.getRequestMethod(), exchange.getRequestURI().getPath());
    }

    private static void send(HttpExchange exchange, DashboardAnswer answer) throws IOException {
        try (exchange) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = exchange.getRequestMethod().equals("HEAD") ? new byte[0] : answer.body();
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
