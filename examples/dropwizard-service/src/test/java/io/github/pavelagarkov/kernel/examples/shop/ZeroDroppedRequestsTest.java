package io.github.pavelagarkov.kernel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SD-12 over the wire: replicas are ended by SIGTERM under load, and no request fails. {@code -Dshop.restarts=10} for more
 * rolling restarts. To see it fail: {@code -Dshop.drain-millis=0}, or {@code -Dshop.probe-millis=5000}.
 */
final class ZeroDroppedRequestsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int IN_FLIGHT = 8;
    private static final int SOME = 200;
    private static final int RESTARTS = Integer.getInteger("shop.restarts", 3);
    private static final Duration DRAIN = Duration.ofMillis(Long.getLong("shop.drain-millis", 1_000));

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    @BeforeEach
    void noOrders() {
        var unused = SERVERS.postgres().query("DROP TABLE IF EXISTS orders, settlement_fence");
    }

    private static long orders() {
        return SERVERS.count("SELECT count(*) FROM orders WHERE customer = 'load'");
    }

    @Test
    void sd12_stopUnderLoadThatFollowsReadinessFailsNoRequest() throws Exception {
        Load.Tally tally;
        try (Replica replica = Replica.start(SERVERS, DRAIN);
                ReadinessProbe probe = new ReadinessProbe(replica.at("/health-check"))) {
            await().atMost(SOON).until(probe::isReady);
            try (Load load = new Load(replica.at("/"), IN_FLIGHT, probe::isReady)) {
                await().atMost(SOON).until(() -> load.answered() > SOME);
                assertThat(replica.terminate()).as("exit code").isEqualTo(143);
                tally = load.stop();
            }
        }

        System.out.println("one replica, SIGTERM, drain delay " + DRAIN + ": " + tally);
        assertThat(tally.failures()).isEmpty();
        assertThat(orders()).as("orders that were placed").isEqualTo(tally.placed());
    }

    @Test
    void sd12_rollingRestartsBehindABalancerFailNoRequest() throws Exception {
        Load.Tally tally;
        Deque<Replica> replicas = new ArrayDeque<>();
        try (Balancer balancer = new Balancer()) {
            replicas.add(added(balancer));
            replicas.add(added(balancer));
            await().atMost(SOON).until(() -> balancer.ready() == 2);
            try (Load load = new Load(balancer.uri(), IN_FLIGHT, () -> true)) {
                for (int i = 0; i < 2 * RESTARTS; i++) {
                    long before = load.answered();
                    await().atMost(SOON).until(() -> load.answered() > before + SOME);
                    restartOldest(replicas, balancer);
                }
                tally = load.stop();
            }
        } finally {
            replicas.forEach(Replica::close);
        }

        System.out.println("two replicas, " + RESTARTS + " rolling restarts, drain delay " + DRAIN + ": " + tally);
        assertThat(tally.failures()).isEmpty();
        assertThat(orders()).as("orders that were placed").isEqualTo(tally.placed());
    }

    private static Replica added(Balancer balancer) {
        Replica replica = Replica.start(SERVERS, DRAIN);
        balancer.add(replica);
        return replica;
    }

    private static void restartOldest(Deque<Replica> replicas, Balancer balancer) {
        Replica oldest = replicas.remove();
        try (oldest) {
            assertThat(oldest.terminate()).as("exit code").isEqualTo(143);
        } finally {
            balancer.remove(oldest);
        }
        replicas.add(added(balancer));
        await().atMost(SOON).until(() -> balancer.ready() == 2);
    }
}
