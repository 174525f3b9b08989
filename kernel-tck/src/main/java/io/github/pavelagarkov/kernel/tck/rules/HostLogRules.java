package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.net.URI;
import java.util.Map;

/**
 * LG: the lines of a host. Its encoder has to write key values, in whatever format. Give the suite a host by {@code
 * KernelFixture.host}.
 */
public class HostLogRules extends HostRules {
    /** For the test engine. */
    public HostLogRules() {}

    /** Look at what of an entry gets into the line, and at the host's encoder. */
    @Rule("LG-1")
    void lg1_anEntryIsOneLineWithAllItsFields() {
        TckHost.Running host = started(Settings.of(Behaviour.LOGS));

        host.awaitLine("tck-ledger", SOON);

        assertThat(linesToTheEnd(host).stream().filter(line -> line.contains("tck-ledger")))
                .as("lines of the entry")
                .singleElement()
                .asString()
                .contains("component", "operation", "close-books", "year", "1492", "result", "books closed", "1234");
    }

    /** Look at who ends the process: the shutdown does, with its hooks, and not the log. */
    @Rule("LG-1")
    void lg1_aFatalEntryEndsTheProcessByItsShutdown() {
        requires(Capability.OWN_PROCESS);
        TckHost.Running host = host().start(Settings.of(Behaviour.LOGS_FATAL));
        closing(host);
        host.awaitLine("tck-ledger", UP);

        assertThat(host.awaitExit(UP)).as("exit code after a fatal entry").contains(1);
        assertThat(tckLines(host)).as("hooks").contains("tck: hook first", "tck: hook last");
    }

    /** Look at what is still in a queue when the process ends. */
    @Rule("LG-2")
    void lg2_theLastLinesAreThere() {
        TckHost.Running host = started(Settings.of(Behaviour.WAITS));

        host.terminate();
        awaitExit(host);

        assertThat(host.lines())
                .as("lines about the last hook and about the end as a whole")
                .anyMatch(line -> line.contains("tck-last") && line.contains("OK"))
                .anyMatch(line -> line.contains("shutdown") && line.contains("took"));
    }

    /** Look at every line about a request. */
    @Rule("LG-3")
    void lg3_noLineHoldsWhatAClientSends() {
        requires(Capability.HTTP);
        TckHost.Running host = started(Settings.of(Behaviour.WAITS).with("kernel.http.access-log", "always"));
        URI item = URI.create(address(host.http(), "HTTP") + "/suite/items/s3cr3t-item?token=s3cr3t-token");
        URI fails = URI.create(address(host.http(), "HTTP") + "/suite/async-throws?token=s3cr3t-token");

        for (URI uri : new URI[] {item, fails}) {
            assertThat(send("GET", uri, Map.of("Authorization", "Bearer s3cr3t-bearer", "Cookie", "s=s3cr3t-cookie"))
                            .statusCode())
                    .isIn(200, 500);
        }

        assertThat(linesToTheEnd(host)).noneMatch(line -> line.matches(".*s3cr3t-(item|token|bearer|cookie).*"));
    }

    /** Look at what slf4j answers where nobody provides it: loggers that drop everything. */
    @Rule("LG-4")
    void lg4_withoutAProviderOneLineSaysSoAndTheOthersAreThere() {
        requires(Capability.NO_LOG_PROVIDER);
        // What slf4j falls back to; the lines about the start, for which this waits, have to come without it.
        TckHost.Running host = started(Settings.of(Behaviour.LOGS)
                .withProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider"));

        host.awaitLine("tck-ledger.*close-books.*1492.*books closed", SOON);

        assertThat(linesToTheEnd(host).stream().filter(line -> line.matches(".*(no slf4j|slf4j has no) provider.*")))
                .as("lines that say that slf4j has no provider")
                .hasSize(1);
    }
}
