package io.github.pavelagarkov.kernel.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.tck.junit.KernelExtension;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hours of settlement in a second: the service's own code on a real PostgreSQL, in virtual time, led when the test says so. */
final class SettlementTest {
    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private final OrderStore orders = new OrderStore(Jdbi.create(SERVERS.postgres()::connect));

    @RegisterExtension
    final KernelExtension<Kernel> kernel = KernelExtension.of(
            parts -> Kernel.builder()
                    .config(KernelConfig.of(Map.of("kernel.leader.names", "settlement")))
                    .clock(parts.clock())
                    .threads(parts.threads())
                    .elector(parts.elector())
                    .listener("test", parts.timeline())
                    .carrier(parts.timeline())
                    .onStart("tables", started -> {
                        SERVERS.dropTables();
                        orders.createTables();
                    })
                    .jobs(new Settlement(orders))
                    .build(),
            Kernel::start);

    @Test
    void settlesEveryHalfMinuteAndOnlyWhileItLeads() {
        kernel.advanceTo("10:05");
        kernel.grant("settlement");
        kernel.advanceTo("10:35");
        kernel.revoke("settlement");
        kernel.advanceTo("12:00");

        assertThat(kernel.election("settlement")).wasWonAt("10:05").wasLostAt("10:35");
        assertThat(kernel.job("settle")).ran(61).succeeded().neverOverlapped().ranOnlyWhileLeading("settlement");
    }

    @Test
    void anOrderThatComesBetweenTwoTermsIsSettledUnderTheTokenOfTheSecond() {
        kernel.grant("settlement");
        kernel.revoke("settlement");
        long id = orders.add(new NewOrder("ann", 100)).id();
        kernel.advanceTo("11:00");
        assertThat(orders.find(id).orElseThrow().settledUnder()).isEmpty();
        kernel.grant("settlement");

        assertThat(orders.find(id).orElseThrow().settledUnder()).contains(2L);
    }
}
