package io.github.pavelagarkov.kernel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.junit5.DropwizardAppExtension;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.examples.shop.SalesStream.Turnover;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shop with a real ClickHouse beside its PostgreSQL: every settled order is there once. */
final class SalesStreamTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ClickHouseProcess CLICKHOUSE = ClickHouseProcess.start();

    @RegisterExtension
    @org.junit.jupiter.api.Order(1)
    static final Servers SERVERS = new Servers();

    @RegisterExtension
    @org.junit.jupiter.api.Order(2)
    static final DropwizardAppExtension<ShopConfiguration> SHOP =
            new DropwizardAppExtension<>(ShopApplication.class, "shop.yml", overrides());

    @AfterAll
    static void end() {
        CLICKHOUSE.close();
    }

    /** Settles and sends only when it is told. */
    private static ConfigOverride[] overrides() {
        Map<String, String> kernel = SERVERS.settings();
        kernel.put("jobs.settle.every", "1h");
        kernel.put("jobs.publish.every", "1h");
        kernel.put("shutdown.drainDelay", "0s");
        kernel.put("grpc.port", "0");
        kernel.put("clickhouse.sales.url", CLICKHOUSE.url());
        kernel.put("clickhouse.sales.username", CLICKHOUSE.user());
        kernel.put("clickhouse.sales.password", CLICKHOUSE.password());
        return Stream.concat(
                        Stream.of("applicationConnectors", "adminConnectors")
                                .map(connector -> ConfigOverride.config("server." + connector + "[0].port", "0")),
                        kernel.entrySet().stream()
                                .map(entry -> ConfigOverride.config("kernel." + entry.getKey(), entry.getValue())))
                .toArray(ConfigOverride[]::new);
    }

    private static WebTarget at(String path) {
        return SHOP.client().target("http://localhost:" + SHOP.getLocalPort()).path(path);
    }

    private static void place(String customer, long cents) {
        try (Response placed = at("orders").request().post(Entity.json(Map.of("customer", customer, "cents", cents)))) {
            assertThat(placed.getStatus()).isEqualTo(201);
        }
    }

    private static void run(String job) {
        Kernel kernel = SHOP.<ShopApplication>getApplication().kernel();
        await().atMost(SOON)
                .until(() -> kernel.scheduler("settlement")
                        .job(job)
                        .flatMap(handle -> handle.lastRun())
                        .isPresent());
        assertThat(kernel.scheduler("settlement")
                        .job(job)
                        .orElseThrow()
                        .runNow()
                        .toCompletableFuture()
                        .join()
                        .outcome())
                .isEqualTo(Outcome.SUCCESS);
    }

    private static List<Turnover> sales() {
        return at("sales").request().get(new GenericType<List<Turnover>>() {});
    }

    @Test
    void aSettledOrderIsInTheStreamOnceHoweverOftenItIsSent() {
        place("ada", 1_250);
        place("grace", 700);
        place("ada", 50);
        run("settle");
        run("publish");
        List<Turnover> all = List.of(new Turnover("ada", 2, 1_300), new Turnover("grace", 1, 700));
        assertThat(sales()).isEqualTo(all);

        // As if it had crashed after ClickHouse had the rows and before PostgreSQL knew.
        var unused = SERVERS.postgres().query("UPDATE orders SET sent = FALSE");
        place("late", 1);
        run("settle");
        run("publish");

        assertThat(sales()).startsWith(all.get(0), all.get(1)).contains(new Turnover("late", 1, 1));
        assertThat(SERVERS.count("SELECT count(*) FROM orders WHERE NOT sent")).isZero();
        assertThat(SERVERS.count("SELECT count(DISTINCT batch) FROM orders")).isEqualTo(2);
    }
}
