package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.net.URI;
import java.util.Optional;

/** RB-9: what a host tells its platform. Give the suite a host by {@code KernelFixture.host}. */
public class HostHealthRules extends HostRules {
    /** For the test engine. */
    public HostHealthRules() {}

    private void untilStatus(String what, URI uri, int status) {
        time().until(
                        what + ": " + uri + " answers " + status,
                        SOON,
                        () -> status(uri).equals(Optional.of(status)));
    }

    /** To a platform a port that is closed says the same as 503. */
    private void untilNotReady(String what, URI uri) {
        time().until(
                        what + ": " + uri + " answers 503 or nobody does",
                        SOON,
                        () -> status(uri).map(answer -> answer == 503).orElse(true));
    }

    /** Look at what the readiness address shows once everything has started, and at how it is told of the shutdown. */
    @Rule("RB-9")
    void rb9_readyAfterTheStartAndNotReadyWhileDraining() {
        TckHost.Running host = started(Settings.of(Behaviour.WAITS)
                .with("kernel.shutdown.drain-delay", "20s")
                .with("kernel.shutdown.budget", "40s")
                .with("kernel.shutdown.grace-period", "1m"));
        URI readiness = address(host.readiness(), "readiness");
        untilStatus("after the start", readiness, 200);

        host.terminate();

        if (declares(Capability.HTTP_DURING_DRAIN)) {
            untilStatus("while it drains", readiness, 503);
        } else {
            untilNotReady("while it drains", readiness);
        }
        assertThat(host.isAlive()).as("alive while it drains").isTrue();
        assertThat(tckLines(host))
                .as("hooks that ran before readiness went down")
                .doesNotContain("tck: hook last");
    }

    /** Look at how components of the application take part in the host's readiness, and whether the reason is shown. */
    @Rule("RB-9")
    void rb9_aComponentThatIsNotReadyKeepsTheHostNotReadyAndSaysWhy() {
        TckHost.Running host = started(Settings.of(Behaviour.NEVER_READY));
        URI readiness = address(host.readiness(), "readiness");

        untilStatus("with a component that is not ready", readiness, 503);

        time().until(
                        "the body of " + readiness + " shows the component and its reason",
                        SOON,
                        () -> get(readiness)
                                .filter(answer -> answer.body().contains("tck-never")
                                        && answer.body().contains("the suite wants it so"))
                                .isPresent());
    }

    /** Look at what readiness is made of: a follower has to be as ready as a leader. */
    @Rule("RB-9")
    void rb9_aFollowerIsReady() {
        TckHost.Running host = started(Settings.of(Behaviour.FOLLOWS));
        URI readiness = address(host.readiness(), "readiness");
        host.awaitLine("tck: lease store is asked", SOON);

        untilStatus("of a follower", readiness, 200);
    }

    /** Look at who hears of fatal errors: an error of the virtual machine in a job must take liveness down. */
    @Rule("RB-9")
    void rb9_aFatalErrorTakesLivenessDown() {
        TckHost.Running healthy = started(Settings.of(Behaviour.WAITS));
        untilStatus("of a healthy host", address(healthy.liveness(), "liveness"), 200);
        healthy.close();

        TckHost.Running host = started(Settings.of(Behaviour.JOB_FATAL));

        untilStatus("after an OutOfMemoryError in a job", address(host.liveness(), "liveness"), 503);
    }
}
