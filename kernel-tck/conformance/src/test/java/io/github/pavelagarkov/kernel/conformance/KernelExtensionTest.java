package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.tck.junit.KernelExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension for users, around kernel-core. */
final class KernelExtensionTest {
    @RegisterExtension
    final KernelExtension<Kernel> kernel = KernelExtension.of(
            parts -> Kernel.builder()
                    .clock(parts.clock())
                    .threads(parts.threads())
                    .elector(parts.elector())
                    .listener("test", parts.timeline())
                    .carrier(parts.timeline())
                    .leaderJob("billing", every(5).task(this::settle).build())
                    .build(),
            Kernel::start);

    private Duration takes = Duration.ZERO;

    private static JobSpec.Builder every(int minutes) {
        return JobSpec.named("settle").every(Duration.ofMinutes(minutes));
    }

    private void settle(JobContext run) throws InterruptedException {
        if (!takes.isZero()) {
            var unused = run.cancellation().sleep(takes);
        }
    }

    @Test
    void anHourOfALeader() {
        kernel.grant("billing");
        kernel.advance(Duration.ofHours(1));

        assertThat(kernel.job("settle")).ran(12).succeeded().neverOverlapped().ranOnlyWhileLeading("billing");
        assertThat(kernel.election("billing")).wasWonAt("10:00").wasWon(1).wasNeverLost();
    }

    @Test
    void leadershipIsLostInBetween() {
        kernel.advanceTo("10:01");
        kernel.grant("billing");
        kernel.advanceTo("10:17");
        kernel.revoke("billing");
        kernel.advanceTo("11:00");

        assertThat(kernel.job("settle"))
                .ranAt("10:06", "10:11", "10:16")
                .ranOnlyWhileLeading("billing")
                .between("10:10", "10:16")
                .ran(1);
        assertThat(kernel.election("billing")).wasLostAt("10:17").wasLostAt("10:17", DemotionReason.TAKEN_OVER);
    }

    @Test
    void aRunThatGoesOnWhenLeadershipIsLostIsCancelledAtOnce() {
        takes = Duration.ofMinutes(3);
        kernel.grant("billing");
        kernel.advanceTo("10:06");
        kernel.revoke("billing");

        assertThat(kernel.job("settle")).ranAt("10:05").ended(Outcome.CANCELLED).ranOnlyWhileLeading("billing");
        assertThat(kernel.election("billing")).wasLostAt("10:06");
    }

    @Test
    void runsThatTakeLongerThanThePeriodAreLeftOut() {
        takes = Duration.ofMinutes(7);
        kernel.grant("billing");
        kernel.advance(Duration.ofHours(1));

        assertThat(kernel.job("settle")).ran(6).leftOut(6).neverOverlapped();
    }

    @Test
    void whatIsNotSoIsToldWithWhatHappened() {
        kernel.grant("billing");
        kernel.advanceTo("10:11");
        kernel.revoke("billing");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("settle")).ran(3))
                .withMessage("expected job 'settle' to have run 3 times, but it ran 2 times:\n"
                        + "  10:05 to 10:05 SUCCESS\n  10:10 to 10:10 SUCCESS");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.election("billing")).wasLostAt("10:12"))
                .withMessage("expected election 'billing' to have been lost at 10:12, but its terms are:\n"
                        + "  10:00 to 10:11, TAKEN_OVER, token 1");
        assertThatCode(() -> kernel.advanceTo("10:10"))
                .hasMessage("time to advance to must not be in the past, was 10:10 at 10:11");
        assertThatCode(() -> kernel.advanceTo("half past"))
                .hasMessage("time must be like 10:05 or 2026-01-02T10:05, was 'half past'");
    }
}
