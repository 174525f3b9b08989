package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;

/** CF: how a host is configured, seen in what it says at its start. Give the suite a host by {@code KernelFixture.host}. */
public class HostConfigurationRules extends HostRules {
    private static final String BUDGET = "kernel.shutdown.budget";

    /** For the test engine. */
    public HostConfigurationRules() {}

    private static Settings waits() {
        return Settings.of(Behaviour.WAITS).with("kernel.shutdown.grace-period", "1h");
    }

    /** {@return the seconds of the start report, which follow from the budget that holds} */
    private int seconds(Settings settings) {
        TckHost.Running running = started(settings);
        String line = running.awaitLine("terminationGracePeriodSeconds >= \\d+", UP);
        running.close();
        return Integer.parseInt(line.replaceAll(".*terminationGracePeriodSeconds >= (\\d+).*", "$1"));
    }

    /** {@return all that a host says whose start has to fail} */
    private String problems(Settings settings) {
        TckHost.Running running = ended(settings);
        assertThat(tckLines(running))
                .as("what the application did although the configuration is broken")
                .isEmpty();
        awaitExit(running)
                .ifPresent(code -> assertThat(code)
                        .as("exit code of a host with a broken configuration")
                        .isNotZero());
        return String.join("\n", running.lines());
    }

    /** Look at the order in which the host asks its sources for a key. */
    @Rule("CF-1")
    void cf1_systemPropertyBeforeEnvironmentBeforeFile() {
        Settings file = waits().with(BUDGET, "100s");
        Settings environment = file.withVariable("KERNEL_SHUTDOWN_BUDGET", "200s");
        Settings property = environment.withProperty(BUDGET, "PT5M");

        int byFile = seconds(file);
        int byEnvironment = seconds(environment);
        int byProperty = seconds(property);

        assertThat(byEnvironment - byFile)
                .as("the environment overrides the file")
                .isEqualTo(100);
        assertThat(byProperty - byEnvironment)
                .as("a system property overrides the environment, and PT5M is read as 300s")
                .isEqualTo(100);
    }

    /** Look at whether the start stops at the first problem: it has to collect them. */
    @Rule("CF-2")
    void cf2_allProblemsAtOnceWithKeyValueAndWhatIsAllowed() {
        String said = problems(waits().with(BUDGET, "soon").with("kernel.shutdown.hook-timeout", "-3s"));

        assertThat(said).as("the problem of the budget").contains(BUDGET, "soon");
        assertThat(said).as("the problem of the timeout").contains("kernel.shutdown.hook-timeout", "-3s");
    }

    /** Look at how keys that nobody reads are found in the application's own file. */
    @Rule("CF-3")
    void cf3_anUnknownKeyInTheFileStopsTheStartAndNamesTheNearest() {
        String said = problems(waits().with("kernel.shutdown.bugdet", "10s"));

        assertThat(said).as("the problem of the key").contains("kernel.shutdown.bugdet", BUDGET);
    }

    /** Look at whether the environment is scanned: a service called kernel injects variables such as these. */
    @Rule("CF-3")
    void cf3_otherVariablesThatBeginWithKernelDoNoHarm() {
        int plain = seconds(waits());

        int besideAService = seconds(waits().withVariable("KERNEL_SERVICE_HOST", "10.0.0.7")
                .withVariable("KERNEL_PORT_80_TCP", "tcp://10.0.0.7:80"));

        assertThat(besideAService).isEqualTo(plain);
    }

    /** Look for the warning about system properties that begin with {@code kernel.} and are no key. */
    @Rule("CF-3")
    void cf3_anUnknownSystemPropertyIsOneWarning() {
        TckHost.Running host = started(waits().withProperty("kernel.shutdown.bugdet", "10s"));

        assertThat(linesToTheEnd(host).stream().filter(line -> line.contains("kernel.shutdown.bugdet")))
                .as("lines about the unknown system property")
                .hasSize(1);
    }

    /** Look at every message and dump that shows settings. */
    @Rule("CF-4")
    void cf4_noSecretIsSaid() {
        TckHost.Running host = started(waits().with("kernel.application", "tck")
                .with("kernel.redis.uri", "redis://user:s3cr3t-in-uri@127.0.0.1:1"));
        host.terminate();
        awaitExit(host);
        String broken = problems(waits().with(BUDGET, "soon")
                .with("kernel.application", "tck")
                .with("kernel.redis.uri", "redis://user:s3cr3t-in-uri@127.0.0.1:99999")
                .with("kernel.redis.password", "s3cr3t-alone"));

        assertThat(String.join("\n", host.lines()) + broken)
                .as("everything that was said")
                .doesNotContain("s3cr3t");
    }

    /** Look at how the host takes the user's own parts: here a lease store, given by the application. */
    @Rule("CF-5")
    void cf5_theApplicationsOwnLeaseStoreIsUsed() {
        TckHost.Running host = started(Settings.of(Behaviour.FOLLOWS));

        String line = host.awaitLine("tck: lease store is asked", SOON);

        assertThat(line).isNotEmpty();
    }
}
