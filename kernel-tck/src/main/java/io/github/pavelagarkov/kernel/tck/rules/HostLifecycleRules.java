package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.time.Duration;

/** SD, EV, TM: how a host starts and ends, seen from outside. Give the suite a host by {@code KernelFixture.host}. */
public class HostLifecycleRules extends HostRules {
    private static final String FIRST = "tck: hook first";
    private static final String LAST = "tck: hook last";

    /** For the test engine. */
    public HostLifecycleRules() {}

    /** Look at what the host calls itself in its start line when no {@code kernel.identity} is configured. */
    @Rule("TM-3")
    void tm3_theStartLineShowsTheDefaultIdentity() {
        TckHost.Running host = started(Settings.of(Behaviour.WAITS));

        assertThat(host.lines())
                .as("a line of the start with the identity <hostname>:<pid>:<6 hex digits>")
                .anyMatch(line -> line.matches(".*\\b[A-Za-z0-9._-]+:\\d+:[0-9a-f]{6}\\b.*"));
    }

    /** Look at who runs the hooks: System.exit waits for a lock that the JVM's own shutdown hooks hold. */
    @Rule("SD-8")
    void sd8_systemExitInsideAHookDoesNotHoldUpTheEnd() {
        requires(Capability.PROCESS);
        TckHost.Running host = started(Settings.of(Behaviour.HOOK_EXITS)
                .with("kernel.shutdown.hook-timeout", "1s")
                .with("kernel.shutdown.budget", "5s"));

        host.terminate();
        awaitExit(host);

        assertThat(tckLines(host))
                .as("what the application said: the hook after the one that called System.exit must have run")
                .containsSubsequence(FIRST, "tck: hook exits begins", LAST);
    }

    /** Look at the handler of signals: the second one, a second or more after the first, must end the process at once. */
    @Rule("SD-9")
    void sd9_aSecondSignalHalts() {
        requires(Capability.SECOND_SIGNAL);
        TckHost.Running host = started(Settings.of(Behaviour.HOOK_HANGS)
                .with("kernel.shutdown.hook-timeout", "9m")
                .with("kernel.shutdown.budget", "10m")
                .with("kernel.shutdown.grace-period", "20m"));

        host.terminate();
        host.awaitLine("tck: hook hangs begins", UP);
        time().pass(Duration.ofMillis(1_100));
        host.terminate();

        assertThat(awaitExit(host)).as("exit code after the second SIGTERM").contains(143);
        assertThat(tckLines(host)).as("hooks after the halt").doesNotContain(LAST);
    }

    /** Look at the arithmetic of the start report: budget, what the host itself waits, and 2 s. */
    @Rule("SD-11")
    void sd11_theStartSaysWhatGracePeriodToSet() {
        TckHost.Running host = started(Settings.of(Behaviour.WAITS)
                .with("kernel.shutdown.budget", "41s")
                .with("kernel.shutdown.grace-period", "2m"));

        String line = host.awaitLine("terminationGracePeriodSeconds >= \\d+", UP);

        int seconds = Integer.parseInt(line.replaceAll(".*terminationGracePeriodSeconds >= (\\d+).*", "$1"));
        assertThat(seconds).as("seconds for a budget of 41 s: %s", line).isGreaterThanOrEqualTo(43);
        assertThat(linesToTheEnd(host))
                .as("warnings about the grace period")
                .noneMatch(said -> said.contains("grace-period"));
    }

    /** Look for the warning that compares the sum with {@code kernel.shutdown.grace-period}. */
    @Rule("SD-11")
    void sd11_aGracePeriodThatIsTooShortIsOneWarningWithTheTerms() {
        TckHost.Running host = started(Settings.of(Behaviour.WAITS)
                .with("kernel.shutdown.budget", "41s")
                .with("kernel.shutdown.grace-period", "10s"));

        assertThat(linesToTheEnd(host).stream().filter(line -> line.contains("kernel.shutdown.grace-period")))
                .as("lines about the grace period")
                .singleElement()
                .asString()
                .contains("41", "10");
    }

    /** Look at how the host finds out that it runs in Kubernetes: the variable KUBERNETES_SERVICE_HOST. */
    @Rule("SD-11")
    void sd11_insideKubernetesAMissingDrainDelayIsOneWarning() {
        TckHost.Running host =
                started(Settings.of(Behaviour.WAITS).withVariable("KUBERNETES_SERVICE_HOST", "10.0.0.1"));

        assertThat(linesToTheEnd(host).stream().filter(line -> line.contains("drain-delay")))
                .as("lines about the drain delay")
                .hasSize(1);
    }

    /** Look at the report of the end: it names every hook and how it ended. */
    @Rule("SD-11")
    void sd11_theEndReportsEveryHook() {
        TckHost.Running host = started(Settings.of(Behaviour.HOOK_THROWS));

        host.terminate();
        awaitExit(host);

        assertThat(tckLines(host)).containsSubsequence(FIRST, "tck: hook throws begins", LAST);
        assertThat(String.join("\n", host.lines()))
                .as("the host's report of its end")
                .contains("tck-first", "tck-throws", "tck-last", "FAILED");
    }

    /** Look at the start: whatever the part that fails has opened so far must be closed by its hooks. */
    @Rule("EV-2")
    void ev2_aFailingStartRunsTheHooksAndShowsTheProblem() {
        TckHost.Running host = host().start(Settings.of(Behaviour.START_FAILS));
        closing(host);
        host.awaitLine("tck: hook early", UP);
        awaitExit(host)
                .ifPresent(code ->
                        assertThat(code).as("exit code of a start that failed").isNotZero());

        assertThat(tckLines(host)).as("what the application said").contains("tck: hook early", FIRST, LAST);
        assertThat(String.join("\n", host.lines())).as("the first problem").contains("this component cannot start");
    }

    /** Look at what the start waits for: a backend that is away must not hold it up. */
    @Rule("EV-2")
    void ev2_theStartWaitsForNoBackend() {
        requires(Capability.BACKEND_CONTROL);
        TckHost.Running host = started(Settings.of(Behaviour.WAITS)
                .with("kernel.application", "tck")
                .with("kernel.redis.uri", "redis://127.0.0.1:1"));

        assertThat(tckLines(host)).contains("tck: starts");
    }
}
