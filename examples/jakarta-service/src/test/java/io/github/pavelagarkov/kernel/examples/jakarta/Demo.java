package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.tck.process.DetachedServers;

/** Runs the shop in Open Liberty beside a PostgreSQL and a Redis of its own. */
final class Demo {
    private static final String WHAT_TO_TRY = """

            Open Liberty starts with the shop. When it says CWWKF0011I, try in another terminal:

              curl -i -H 'Content-Type: application/json' -d '{"customer": "ada", "cents": 1250}' localhost:9080/orders
              curl localhost:9080/orders                     what is open; settled every 2 s by the leader
              curl localhost:9080/orders?state=SETTLED       each with the fencing token it was settled under
              curl localhost:9080/health/ready               readiness, with the reason and every component

            Ctrl-C stops it in order: leadership given back, hooks, pool and Redis closed.
            """;

    private Demo() {}

    public static void main(String[] args) throws Exception {
        System.out.println("Starting PostgreSQL and Redis ...");
        ProcessBuilder liberty = LibertyServer.command(DetachedServers.start("orders"), 9080);
        System.out.println(WHAT_TO_TRY);
        Process server = liberty.inheritIO().start();
        // Ctrl-C goes to the server as well, which ends by itself.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.destroy();
            awaitEnd(server);
        }));
        awaitEnd(server);
    }

    private static void awaitEnd(Process server) {
        try {
            int unused = server.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
