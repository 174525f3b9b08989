package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.tck.process.DetachedServers;

/**
 * Runs the shop beside a PostgreSQL and a Redis of its own: {@code mvn -q -Pshop}; with {@code -Dshop.sales=true} also beside a
 * ClickHouse, which takes all that was settled (fetched once, 178 MB).
 */
final class Demo {
    private static final String WHAT_TO_TRY = """

            The shop is open. Try, in another terminal:

              curl -i -H 'Content-Type: application/json' -d '{"customer": "ada", "cents": 1250}' localhost:8080/orders
              curl localhost:8080/orders                     what is open; settled every 2 s by the leader
              curl localhost:8080/orders?state=SETTLED       each with the fencing token it was settled under
              curl localhost:8080/health-check               readiness, as a load balancer sees it
              curl localhost:8081/healthcheck                each election, job and backend
              http://localhost:8081/kernel                   in a browser: who leads, how the jobs go, and why
              curl -X POST 'localhost:8081/tasks/kernel-leader-step-down?election=settlement&coolDown=3s'

            Ctrl-C stops it in order: not ready, drained, leadership given back, requests finished, pool and Redis closed.
            """;

    private static final String SALES = """
              curl localhost:8080/sales                      what each customer has paid, from ClickHouse
            """;

    private Demo() {}

    public static void main(String[] args) throws Exception {
        boolean sales = Boolean.getBoolean("shop.sales");
        System.out.println("Starting PostgreSQL and Redis" + (sales ? " and ClickHouse ..." : " ..."));
        (sales
                        ? DetachedServers.start(ShopApplication.POOL, SalesStream.POOL)
                        : DetachedServers.start(ShopApplication.POOL))
                .forEach((key, value) -> System.setProperty((String) key, (String) value));
        // The file has what a cluster needs; nobody has to look away from this one.
        System.setProperty("kernel.shutdown.drain-delay", "1s");
        if (sales) {
            System.setProperty("kernel.jobs.publish.every", "2s");
        }
        ShopApplication.main(new String[] {"server", "shop.yml"});
        System.out.println(WHAT_TO_TRY + (sales ? SALES : ""));
    }
}
