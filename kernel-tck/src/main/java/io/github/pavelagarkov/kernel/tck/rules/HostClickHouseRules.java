package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/**
 * CH: how a host keeps its connections to ClickHouse, seen from the server and by the application. Needs {@link
 * Capability#CLICKHOUSE}, and a ClickHouse that the test may kill: {@link ClickHouseProcess} says how it is found.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class HostClickHouseRules extends HostRules {
    private static final String KEY = "kernel.clickhouse." + TckApplication.POOL + ".";
    private static final String SECRET = "wr0ng-s3cr3t";

    private ClickHouseProcess clickHouse;
    private TcpProxy network;

    /** For the test engine. */
    public HostClickHouseRules() {}

    @BeforeEach
    void startServer() {
        requires(Capability.CLICKHOUSE);
        clickHouse = closing(ClickHouseProcess.start());
        network = closing(TcpProxy.to("127.0.0.1", clickHouse.port()));
    }

    private Settings pooled(Behaviour behaviour) {
        return Settings.of(behaviour)
                .with("kernel.clickhouse.names", TckApplication.POOL)
                .with(KEY + "url", clickHouse.url().replace(":" + clickHouse.port(), ":" + network.port()))
                .with(KEY + "username", clickHouse.user())
                .with(KEY + "password", clickHouse.password())
                .with(KEY + "connect-timeout", "1s")
                .with(KEY + "acquire-timeout", "3s");
    }

    /** Time for a first login, which a busy machine needs; neither what is counted nor what is said depends on it. */
    private Settings patient(Behaviour behaviour) {
        return pooled(behaviour).with(KEY + "connect-timeout", "4s").with(KEY + "acquire-timeout", "8s");
    }

    private static List<String> said(TckHost.Running host, String what) {
        return tckLines(host).stream().filter(line -> line.contains(what)).toList();
    }

    private long rows(String kind) {
        return Long.parseLong(clickHouse
                .query("SELECT count() FROM tck_rows WHERE kind = '" + kind + "'")
                .get(0)
                .get(0));
    }

    private void cutWhileItWrites(String kind) {
        time().until(
                        "the server writes '" + kind + "'",
                        SOON,
                        () -> !clickHouse
                                .query(
                                        "SELECT query FROM system.processes WHERE query LIKE 'INSERT INTO tck_rows SELECT \\'"
                                                + kind + "%'")
                                .isEmpty());
        network.reset();
    }

    /** Look at the order of a reconnect: the new connections answer first, and nobody who has an old one is cut. */
    @Rule("CH-4")
    void ch4_aReconnectCutsNobodyAndAWrongOneChangesNothing() {
        TckHost.Running host = started(pooled(Behaviour.RECONNECTS));

        host.awaitLine("reconnect with a wrong password fails", SOON);
        host.awaitLine("tck: reconnect works", SOON);
        host.awaitLine("long statement works", SOON);
        int before = said(host, "works").size();
        time().until("borrows go on", SOON, () -> said(host, "works").size() > before + 20);

        assertThat(said(host, "borrow"))
                .as("borrows before, during and after two reconnects")
                .noneMatch(line -> line.contains("fails"));
        assertThat(host.lines()).as("all that the host says").noneMatch(line -> line.contains(SECRET));
    }

    /** Look at what is done again after a connection was cut: only what may happen twice. */
    @Rule("CH-5")
    void ch5_onlyAnIdempotentWriteIsRepeatedWhenItMayHaveHappened() {
        clickHouse.query("CREATE TABLE tck_rows (kind String, slept UInt8) ENGINE = MergeTree ORDER BY kind");
        TckHost.Running host = started(pooled(Behaviour.WRITES));

        cutWhileItWrites("write");
        host.awaitLine("tck: write (works|fails)", SOON);
        cutWhileItWrites("idempotent");
        host.awaitLine("tck: idempotent write (works|fails)", SOON);

        assertThat(said(host, "tck: write fails")).as("told that it failed").hasSize(1);
        assertThat(said(host, "idempotent write works"))
                .as("told that it went well")
                .hasSize(1);
        time().until("both attempts of the idempotent write have happened", SOON, () -> rows("idempotent") == 2);
        assertThat(rows("write"))
                .as("rows of the write that must not happen twice")
                .isEqualTo(1);
    }

    /** Look at the number of connections that are lent out at once. */
    @Rule("CH-6")
    void ch6_noMoreConnectionsThanMaxSizeAreLent() {
        TckHost.Running host =
                started(patient(Behaviour.HOARDS).with(KEY + "max-size", "3").with(KEY + "min-idle", "1"));

        time().until(
                        "somebody who wants a connection more than there are is told so",
                        SOON,
                        () -> !said(host, "gets no connection").isEmpty()
                                && said(host, "keeps a connection").size() >= 3);

        assertThat(said(host, "keeps a connection"))
                .as("connections that were got")
                .hasSize(3);
    }

    /** Look for a value that is replaced in silence: what cannot be had stops the start. */
    @Rule("CH-6")
    void ch6_aLifetimeBelow30SecondsIsRefused() {
        TckHost.Running host = ended(pooled(Behaviour.WAITS).with(KEY + "max-lifetime", "5s"));

        assertThat(tckLines(host)).as("what the application did").isEmpty();
        assertThat(linesToTheEnd(host))
                .as("what the host says")
                .anyMatch(line -> line.contains(KEY + "max-lifetime") && line.contains("30"));
    }

    /** Look at what a wrong password looks like: one clear error, without it. */
    @Rule("CH-6")
    void ch6_aWrongPasswordIsAClearErrorWithoutIt() {
        TckHost.Running host = started(patient(Behaviour.BORROWS).with(KEY + "password", SECRET));

        String error = host.awaitLine("borrow \\d+ fails", SOON);

        assertThat(error).as("what the application is told").containsIgnoringCase("authentication");
        assertThat(linesToTheEnd(host)).as("all that the host says").noneMatch(line -> line.contains(SECRET));
    }
}
