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
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

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
                    .job(JobSpec.named("twice")
                            .every(Duration.ofMinutes(4))
                            .maxConcurrent(2)
                            .task(this::settle)
                            .build())
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

    @Test
    void runsThatOverlapAreFound() {
        takes = Duration.ofMinutes(5);
        kernel.advanceTo("10:20");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("twice")).neverOverlapped())
                .withMessageStartingWith("expected job 'twice' never to have overlapped, but 4 of 5 runs began while"
                        + " another one went on:\n  10:04 to 10:09 SUCCESS\n  10:08 to 10:13 SUCCESS\n");
        assertThat(kernel.job("twice").runs().get(4).ended()).isEmpty();
    }

    @Test
    void runsWithoutLeadershipAreFound() {
        kernel.advanceTo("10:04");
        kernel.grant("billing");
        kernel.advanceTo("10:09");
        kernel.revoke("billing");
        kernel.advanceTo("10:12");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("twice")).ranOnlyWhileLeading("billing"))
                .withMessage("expected job 'twice' to have run only while leading election 'billing', but 2 of 3 runs"
                        + " did not:\n  10:04 to 10:04 SUCCESS\n  10:12 to 10:12 SUCCESS");
    }

    @Test
    void jobWhoseNameIsMisspeltIsFound() {
        kernel.grant("billing");
        kernel.advanceTo("10:06");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("setle")).succeeded())
                .withMessage("expected job 'setle' to have ended SUCCESS each time, but it never ran; jobs that ran:"
                        + " [settle, twice]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("setle")).ranOnlyWhileLeading("billing"))
                .withMessageContaining("but it never ran");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("setle")).neverOverlapped())
                .withMessage("expected job 'setle' never to have overlapped, but it never ran; jobs that ran: [settle,"
                        + " twice]");
    }

    @Test
    void runsThatEndOtherwiseAreFound() {
        takes = Duration.ofMinutes(3);
        kernel.grant("billing");
        kernel.advanceTo("10:06");
        kernel.revoke("billing");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("settle")).succeeded())
                .withMessage("expected job 'settle' to have ended SUCCESS each time, but 1 of 1 runs did not:\n"
                        + "  10:05 to 10:06 CANCELLED");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("settle")).leftOut(1))
                .withMessageContaining("to have left out 1 of its runs, but it left out 0");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("settle"))
                        .between("10:05", "10:10")
                        .neverRan())
                .withMessageContaining("job 'settle' from 10:05 to 10:10 to have run 0 times, but it ran once");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.job("settle")).ranAt("10:10"))
                .withMessageContaining("to have run at [10:10], but it ran once:\n  10:05 to 10:06");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.election("billing")).wasNeverLost())
                .withMessageContaining("never to have been lost, but its terms are");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.election("billing")).wasWon(2))
                .withMessageContaining("to have been won 2 times");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.election("billing")).wasLostAt("10:06", DemotionReason.KEY_LOST))
                .withMessageContaining("lost (KEY_LOST) at 10:06");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(kernel.election("billing")).wasWonAt("10:06"));
    }

    @Test
    void timesOfOtherDaysHaveTheirDate() {
        kernel.advanceTo("2026-01-02T00:02");
        kernel.grant("billing");

        assertThat(kernel.election("billing")).wasWonAt("2026-01-02T00:02");
        assertThat(kernel.timeline().lines()).endsWith("2026-01-02T00:02 billing won, token 1");
    }

    /** Run by the tests below alone. */
    static final class Failing {
        @RegisterExtension
        final KernelExtension<Kernel> kernel = KernelExtension.<Kernel>of(
                        parts -> Kernel.builder()
                                .clock(parts.clock())
                                .threads(parts.threads())
                                .elector(parts.elector())
                                .listener("test", parts.timeline())
                                .carrier(parts.timeline())
                                .job(every(5).task(context -> {}).build())
                                .onStart("part", started -> {
                                    if (startFails) {
                                        throw new IllegalStateException("part is missing");
                                    }
                                })
                                .build(),
                        Kernel::start)
                .startingAt(ZonedDateTime.parse("2026-03-29T01:50+01:00[Europe/Berlin]"));

        private static volatile boolean startFails;

        /** In the night in which an hour is missing. */
        @Test
        void fails() {
            kernel.advanceTo("03:10");

            assertThat(kernel.job("settle")).ran(5);
        }
    }

    private static Throwable failure(boolean startFails) {
        Failing.startFails = startFails;
        return EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Failing.class))
                .execute()
                .testEvents()
                .failed()
                .list()
                .get(0)
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }

    @Test
    void aTestThatFailsShowsWhatHappenedInItsOwnZone() {
        Throwable failure = failure(false);

        assertThat(failure).hasMessageContaining("ran 4 times:\n  01:55 to 01:55 SUCCESS\n  03:00 to 03:00 SUCCESS\n");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(shown -> assertThat(shown)
                        .hasMessageStartingWith("what happened until then:\n")
                        .hasMessageContaining("\n  03:10 settle ended SUCCESS"));
    }

    @Test
    void aStartThatFailsIsTheFailureOfTheTest() {
        assertThat(failure(true))
                .hasMessageContaining("start of the kernel failed: ")
                .hasMessageContaining("part is missing");
    }
}
