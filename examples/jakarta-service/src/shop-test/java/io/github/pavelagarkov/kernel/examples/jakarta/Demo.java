package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.tck.process.DetachedServers;

/** Runs the shop in a server beside a PostgreSQL and a Redis of its own. */
record Demo(ShopServer server) {
    private static final String WHAT_TO_TRY = """

            SERVER starts with the shop. When the box of the kernel is there, try in another terminal:

              curl -i -H 'Content-Type: application/json' -d '{"customer": "ada", "cents": 1250}' localhost:PORT/orders
              curl localhost:PORT/orders                     what is open; settled every 2 s by the leader
              curl localhost:PORT/orders?state=SETTLED       each with the fencing token it was settled under
              curl localhost:PORT/health/ready               readiness, with the reason and every component

            The same orders by gRPC, for instance with grpcurl:
              grpcurl -plaintext -import-path examples/orders-api/src/main/proto -proto orders.proto \\
                  -d '{"customer": "grace", "cents": 700}' localhost:9090 shop.v1.Orders/Place

            Ctrl-C stops it in order: leadership given back, hooks, pool and Redis closed.
            """;

    void run() throws Exception {
        System.out.println("Starting PostgreSQL and Redis ...");
        ProcessBuilder command = server.command(server.usualPort());
        ShopServer.put(DetachedServers.start("orders"), command.environment());
        System.out.println(
                WHAT_TO_TRY.replace("SERVER", server.name()).replace("PORT", Integer.toString(server.usualPort())));
        Process process = command.inheritIO().start();
        // Ctrl-C goes to the server as well, which ends by itself.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            process.destroy();
            awaitEnd(process);
        }));
        awaitEnd(process);
    }

    private static void awaitEnd(Process process) {
        try {
            int unused = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
