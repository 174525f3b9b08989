package io.github.pavelagarkov.kernel.examples.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.examples.orders.FindOrder;
import io.github.pavelagarkov.kernel.examples.orders.OrdersGrpc;
import io.github.pavelagarkov.kernel.examples.orders.PlaceOrder;
import io.github.pavelagarkov.kernel.examples.orders.PlacedOrder;
import io.github.pavelagarkov.kernel.tck.process.DetachedServers;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The shop in a real server beside real backends: it takes orders, one leader settles them, SIGTERM ends it in order. */
abstract class ShopTest {
    private static final Path LOG = Path.of("target/server.log");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ShopServer shop;
    private final HttpClient client = HttpClient.newHttpClient();

    ShopTest(ShopServer shop) {
        this.shop = shop;
    }

    @Test
    void ordersAreSettledByTheLeaderAndTheStopIsInOrder() throws Exception {
        int port = freePort();
        URI root = URI.create("http://127.0.0.1:" + port + "/");
        ProcessBuilder command = shop.command(port);
        int grpcPort = freePort();
        ShopServer.put(DetachedServers.start("orders"), command.environment());
        ShopServer.serveGrpcAt(grpcPort, command.environment());
        Process server = command.redirectErrorStream(true)
                .redirectOutput(LOG.toFile())
                .start();
        try {
            await().atMost(PATIENCE).until(() -> ready(root));

            HttpResponse<String> placed = client.send(
                    HttpRequest.newBuilder(root.resolve("orders"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"customer\": \"ada\", \"cents\": 1250}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
            await().atMost(PATIENCE)
                    .until(() ->
                            get(root.resolve("orders?state=SETTLED")).body().contains("\"settledUnder\":"));
            assertThat(get(root.resolve("orders/999999")).statusCode()).isEqualTo(404);
            PlacedOrder byGrpc = placeByGrpc(grpcPort);
            assertThat(get(root.resolve("orders/" + byGrpc.getId())).body()).contains("\"customer\":\"grace\"");

            server.toHandle().descendants().forEach(ProcessHandle::destroy);
            server.destroy();
            assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            server.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
        assertThat(LOG).content().contains("shutdown (server stops) took").contains("7 hooks OK");
    }

    private static PlacedOrder placeByGrpc(int port) {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .build();
        try {
            OrdersGrpc.OrdersBlockingStub orders =
                    OrdersGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThatThrownBy(
                            () -> orders.find(FindOrder.newBuilder().setId(-1).build()))
                    .hasMessage("NOT_FOUND: there is no order -1");
            return orders.place(PlaceOrder.newBuilder()
                    .setCustomer("grace")
                    .setCents(700)
                    .build());
        } finally {
            channel.shutdownNow();
        }
    }

    private boolean ready(URI root) {
        try {
            return get(root.resolve("health/ready")).body().contains("kernel-readiness")
                    && get(root.resolve("orders")).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(URI uri) throws IOException {
        try {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
