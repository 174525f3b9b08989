package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;

/**
 * PG: how a host keeps its connections to PostgreSQL, seen from the server and by the application. Needs {@link
 * Capability#POSTGRES}, and a PostgreSQL that the test may kill: {@link PostgresProcess} says how it is found.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class HostPostgresRules extends HostRules {
    private static final String KEY = "kernel.postgres." + TckApplication.POOL + ".";
    private static final String NAME = "tck pool";
    private static final Pattern BORROW = Pattern.compile("borrow (\\d+) (begins|works|fails.*)");
    private static final int ENOUGH = 30;

    private PostgresProcess postgres;

    /** For the test engine. */
    public HostPostgresRules() {}

    @BeforeEach
    void startServer() {
        requires(Capability.POSTGRES);
        postgres = PostgresProcess.start();
        closing(postgres);
    }

    private Settings pooled(Behaviour behaviour) {
        return Settings.of(behaviour)
                .with("kernel.postgres.names", TckApplication.POOL)
                .with(KEY + "url", postgres.url())
                .with(KEY + "username", postgres.user())
                .with(KEY + "password", postgres.password())
                .with(KEY + "application-name", NAME)
                .with(KEY + "connect-timeout", "1s")
                .with(KEY + "acquire-timeout", "2s");
    }

    private int connections() {
        List<List<String>> count =
                postgres.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = '" + NAME + "'");
        return Integer.parseInt(count.get(0).get(0));
    }

    private static List<String> said(TckHost.Running host, String what) {
        return tckLines(host).stream().filter(line -> line.contains(what)).toList();
    }

    /**
     * {@return whether so many connections are kept, and there have been two refusals since for each of the others} On a busy
     * machine one may be refused who gets a connection later.
     */
    private static boolean isNoMoreLent(TckHost.Running host, int kept) {
        int keeping = 0;
        int refusals = 0;
        for (String line : tckLines(host)) {
            if (line.contains("keeps a connection")) {
                keeping++;
            } else if (keeping >= kept && line.contains("gets no connection")) {
                refusals++;
            }
        }
        return keeping >= kept && refusals >= 2 * (TckApplication.HOARDERS - kept);
    }

    private static int last(TckHost.Running host, String what) {
        int last = -1;
        for (String line : tckLines(host)) {
            Matcher borrow = BORROW.matcher(line);
            if (borrow.find() && borrow.group(2).startsWith(what)) {
                last = Integer.parseInt(borrow.group(1));
            }
        }
        return last;
    }

    /** Look at the server: it counts what the pool opens, and knows it by the name that was configured. */
    @Rule("PG-1")
    void pg1_noMoreConnectionsThanMaxSizeAreOpenedUnderTheConfiguredName() {
        TckHost.Running host =
                started(pooled(Behaviour.HOARDS).with(KEY + "max-size", "3").with(KEY + "min-idle", "1"));

        time().until(
                        "somebody who wants a connection more than there are is told so",
                        SOON,
                        () -> isNoMoreLent(host, 3));

        assertThat(connections()).as("connections in pg_stat_activity").isEqualTo(3);
        assertThat(said(host, "keeps a connection"))
                .as("connections that were got")
                .hasSize(3);
    }

    /** Look at the server while nobody uses the pool. */
    @Rule("PG-1")
    void pg1_minIdleConnectionsAreKeptReady() {
        started(pooled(Behaviour.WAITS).with(KEY + "max-size", "8").with(KEY + "min-idle", "5"));

        time().until("five connections are ready", SOON, () -> connections() == 5);
    }

    /** Look for a value that is replaced in silence: what cannot be had stops the start. */
    @Rule("PG-1")
    void pg1_aKeepaliveBelow30SecondsIsRefused() {
        TckHost.Running host = ended(pooled(Behaviour.WAITS).with(KEY + "keepalive", "5s"));

        assertThat(tckLines(host)).as("what the application did").isEmpty();
        assertThat(linesToTheEnd(host))
                .as("what the host says")
                .anyMatch(line -> line.contains(KEY + "keepalive") && line.contains("30"));
    }

    /** Look at the first bytes on the wire: encryption that is required is not done without. */
    @Rule("PG-1")
    void pg1_noConnectionWithoutTheEncryptionThatIsRequired() {
        TckHost.Running host = started(pooled(Behaviour.BORROWS).with(KEY + "ssl-mode", "require"));

        time().until("a borrow fails, as the server has no encryption", SOON, () -> last(host, "fails") >= 0);

        assertThat(said(host, "works")).isEmpty();
    }

    /** Look at what it takes: settings alone. */
    @Rule("PG-2")
    void pg2_settingsAloneMakeAPool() {
        TckHost.Running host = started(pooled(Behaviour.BORROWS));

        time().until("a borrow works", SOON, () -> last(host, "works") >= 0);
    }

    /** Look at the pauses between attempts while the server is away, and at what became of the old connections. */
    @Rule("PG-3")
    void pg3_everyBorrowLaterThanASecondAfterTheServerIsBackSucceeds() {
        TckHost.Running host = started(pooled(Behaviour.BORROWS));
        time().until("borrows work", SOON, () -> last(host, "works") >= ENOUGH);

        postgres.kill();
        time().until("a borrow fails while the server is away", SOON, () -> last(host, "fails") >= 0);
        postgres.restart();
        time().pass(Duration.ofSeconds(1));
        int before = last(host, "begins");
        time().until("borrows go on", UP, () -> last(host, "begins") > before + ENOUGH);

        assertThat(tckLines(host))
                .as("borrows that began later than a second after the server was back, from number %s on", before + 1)
                .noneMatch(line -> {
                    Matcher borrow = BORROW.matcher(line);
                    return borrow.find()
                            && borrow.group(2).startsWith("fails")
                            && Integer.parseInt(borrow.group(1)) > before;
                });
    }

    /** Look at the end of the pool while somebody keeps what he got: it has to be cut, in time, and told of. */
    @Rule("PG-4")
    void pg4_theCloseIsBoundedAndReported() {
        TckHost.Running host = started(
                pooled(Behaviour.HOARDS).with(KEY + "max-size", "2").with("kernel.shutdown.hook-timeout", "3s"));
        time().until(
                        "both connections are kept",
                        SOON,
                        () -> said(host, "keeps a connection").size() == 2);

        host.terminate();
        var unused = awaitExit(host);

        assertThat(host.lines())
                .as("a line that reports the connections that were cut")
                .anyMatch(line -> line.contains("postgres") && line.matches(".*cut \\d+ connections.*"));
        time().until("the server has no connection of the host any more", SOON, () -> connections() == 0);
    }
}
