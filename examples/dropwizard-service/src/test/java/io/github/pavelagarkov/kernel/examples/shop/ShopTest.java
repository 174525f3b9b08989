package io.github.pavelagarkov.kernel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.dropwizard.testing.junit5.DropwizardAppExtension;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.examples.orders.FindOrder;
import io.github.pavelagarkov.kernel.examples.orders.OrdersGrpc;
import io.github.pavelagarkov.kernel.examples.orders.PlaceOrder;
import io.github.pavelagarkov.kernel.examples.orders.PlacedOrder;
import io.github.pavelagarkov.kernel.examples.shop.Order.State;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.Term;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.WebTarget;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shop in this JVM, with a real PostgreSQL and a real Redis. */
final class ShopTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FILE = "shop.yml";

    @RegisterExtension
    @org.junit.jupiter.api.Order(1)
    static final Servers SERVERS = new Servers();

    @RegisterExtension
    @org.junit.jupiter.api.Order(2)
    static final DropwizardAppExtension<ShopConfiguration> SHOP =
            new DropwizardAppExtension<>(ShopApplication.class, FILE, overrides(Map.of()));

    /** Settles only when it is told, and drains for nobody. */
    private static ConfigOverride[] overrides(Map<String, String> more) {
        Map<String, String> kernel = SERVERS.settings();
        kernel.put("jobs.settle.every", "1h");
        kernel.put("shutdown.drainDelay", "0s");
        kernel.put("grpc.port", "0");
        kernel.putAll(more);
        return Stream.concat(
                        Stream.of("applicationConnectors", "adminConnectors")
                                .map(connector -> ConfigOverride.config("server." + connector + "[0].port", "0")),
                        kernel.entrySet().stream()
                                .map(entry -> ConfigOverride.config("kernel." + entry.getKey(), entry.getValue())))
                .toArray(ConfigOverride[]::new);
    }

    private static Kernel kernel() {
        return SHOP.<ShopApplication>getApplication().kernel();
    }

    private static WebTarget at(String path) {
        return SHOP.client().target("http://localhost:" + SHOP.getLocalPort()).path(path);
    }

    private static Response place(String customer, long cents) {
        return at("orders").request().post(Entity.json(Map.of("customer", customer, "cents", cents)));
    }

    private static Order read(Response response) {
        return response.readEntity(Order.class);
    }

    private static RunResult settle() {
        return kernel().scheduler("settlement")
                .job("settle")
                .orElseThrow()
                .runNow()
                .toCompletableFuture()
                .join();
    }

    private static Term term() {
        Election election = kernel().elector().election("settlement").orElseThrow();
        return await().atMost(SOON)
                .until(election::term, term -> term.isPresent())
                .orElseThrow();
    }

    /** By its first run it is through with what the schedule starts by itself. */
    @BeforeEach
    void leadsAndHasSettledOnce() {
        await().atMost(SOON)
                .until(() -> kernel().scheduler("settlement")
                        .job("settle")
                        .flatMap(job -> job.lastRun())
                        .isPresent());
    }

    @Test
    void orderIsPlacedAndFound() {
        Response placed = place("ada", 1250);
        Order order = read(placed);

        assertThat(placed.getStatus()).isEqualTo(201);
        assertThat(placed.getLocation().getPath()).isEqualTo("/orders/" + order.id());
        assertThat(at("orders/" + order.id()).request().get(Order.class)).isEqualTo(order);
        assertThat(order.cents()).isEqualTo(1250);
        assertThat(at("orders").request().get(new GenericType<List<Order>>() {}))
                .contains(order);
    }

    @Test
    void orderThatMakesNoSenseIsRefused() {
        assertThat(place(" ", 1).getStatus()).isEqualTo(422);
        assertThat(place("ada", 0).getStatus()).isEqualTo(422);
        assertThat(at("orders/0").request().get().getStatus()).isEqualTo(404);
    }

    @Test
    void theGrpcApiTakesTheSameOrders() {
        ManagedChannel channel = ManagedChannelBuilder.forAddress(
                        "localhost", SHOP.<ShopApplication>getApplication().grpcPort())
                .usePlaintext()
                .build();
        try {
            OrdersGrpc.OrdersBlockingStub orders =
                    OrdersGrpc.newBlockingStub(channel).withDeadlineAfter(SOON.toSeconds(), TimeUnit.SECONDS);
            PlacedOrder placed = orders.place(
                    PlaceOrder.newBuilder().setCustomer("ada").setCents(1250).build());

            assertThat(at("orders/" + placed.getId()).request().get(Order.class).customer())
                    .isEqualTo("ada");
            assertThat(orders.find(FindOrder.newBuilder().setId(placed.getId()).build())
                            .getCents())
                    .isEqualTo(1250);
            assertThatThrownBy(
                            () -> orders.find(FindOrder.newBuilder().setId(-1).build()))
                    .hasMessage("NOT_FOUND: there is no order -1");
            assertThatThrownBy(() -> orders.place(PlaceOrder.getDefaultInstance()))
                    .hasMessageStartingWith("INVALID_ARGUMENT");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void leaderSettlesUnderTheTokenOfItsTerm() {
        Order order = read(place("ada", 1250));

        RunResult run = settle();

        assertThat(run.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(at("orders/" + order.id()).request().get(Order.class))
                .isEqualTo(new Order(order.id(), "ada", 1250, State.SETTLED, Optional.of(term().fencingToken())));
    }

    @Test
    void olderTokenChangesNothing() {
        OrderStore store = new OrderStore(Jdbi.create(SERVERS.postgres()::connect));
        Order order = store.add(new NewOrder("ada", 1250));
        long token = term().fencingToken();

        assertThat(store.settle(token - 1)).as("settled under an old token").isEmpty();
        assertThat(store.find(order.id())).contains(order);
        assertThat(store.settle(token)).as("settled under the newest token").isPresent();
        assertThat(store.find(order.id()).orElseThrow().state()).isEqualTo(State.SETTLED);
    }

    @Test
    void rb9_readinessNamesTheDatabaseAndAdminPortEachPart() {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(at("health-check").request().get().getStatus())
                                .isEqualTo(200));

        assertThat(at("health-check").request().get(String.class)).contains("\"postgres-orders\":\"ready\"");
        assertThat(SHOP.getEnvironment().healthChecks().getNames())
                .contains("kernel-readiness", "kernel-leader-settlement", "kernel-job-settle", "kernel-redis");
    }

    @Test
    void everyMistakeInTheFileIsToldBeforeAnythingStarts() {
        DropwizardTestSupport<ShopConfiguration> wrong = new DropwizardTestSupport<>(
                ShopApplication.class,
                FILE,
                overrides(
                        Map.of("leader.setlement.lease", "10s", "shutdown.drainDeley", "5s", "redis.uri", "nowhere")));

        assertThatThrownBy(wrong::before)
                .hasStackTraceContaining("kernel.redis.uri")
                .hasStackTraceContaining("did you mean kernel.shutdown.drain-delay?");
    }

    @Test
    void settingsOfAJobThatIsNotThereStopTheStart() {
        DropwizardTestSupport<ShopConfiguration> wrong =
                new DropwizardTestSupport<>(ShopApplication.class, FILE, overrides(Map.of("jobs.setle.every", "5s")));

        assertThatThrownBy(wrong::before).hasStackTraceContaining("did you mean settle?");
    }
}
