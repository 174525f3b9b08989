package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.job.JobSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the check of a job says to an operator, in virtual time. */
final class JobChecksTest {
    private final KernelFixture on = new KernelFixture();

    /** Runs once a second; each run takes the next of the answers, and fails for good when there are none. */
    private static JobSpec answers(Boolean... good) {
        Deque<Boolean> answers = new ArrayDeque<>(List.of(good));
        return JobSpec.named("tidy")
                .every(Duration.ofSeconds(1))
                .task(context -> {
                    if (!Boolean.TRUE.equals(answers.poll())) {
                        throw new IllegalStateException("made up");
                    }
                })
                .build();
    }

    /** Between two points, so that no run is going on when the check is asked. */
    private void start(Kernel kernel) {
        kernel.start();
        on.clock.advance(Duration.ofMillis(500));
    }

    private static KernelCheck.Result check(Kernel kernel) {
        return kernel.checks().stream()
                .filter(check -> check.name().equals("kernel-job-tidy"))
                .findFirst()
                .orElseThrow()
                .run();
    }

    @Test
    void twoBadRunsAreToldAndTheThirdInARowIsUnhealthyUntilOneSucceeds() {
        Kernel kernel =
                on.builder().job(answers(true, false, false, false, true)).build();
        start(kernel);

        on.clock.advance(Duration.ofSeconds(3));
        KernelCheck.Result second = check(kernel);
        on.clock.advance(Duration.ofSeconds(1));
        KernelCheck.Result third = check(kernel);
        on.clock.advance(Duration.ofSeconds(1));
        KernelCheck.Result after = check(kernel);

        assertThat(second.healthy()).isTrue();
        assertThat(second.message()).isEqualTo("last run FAILED: java.lang.IllegalStateException, 2 bad runs in a row");
        assertThat(second.details()).containsEntry("bad-in-a-row", "2").containsKey("last-success");
        assertThat(third.healthy()).isFalse();
        assertThat(third.message()).endsWith("3 bad runs in a row");
        assertThat(after.healthy()).isTrue();
        assertThat(after.message()).isEqualTo("last run SUCCESS");
        on.stop(kernel);
    }

    @Test
    void goodRunBetweenBadOnesStartsTheCountAgain() {
        Kernel kernel =
                on.builder().job(answers(false, false, true, false, false)).build();
        start(kernel);

        on.clock.advance(Duration.ofSeconds(5));

        assertThat(check(kernel).healthy()).isTrue();
        on.stop(kernel);
    }

    @Test
    void shortHistoryIsJudgedByWhatIsInIt() {
        Kernel kernel = on.builder("kernel.scheduler.names", "jobs", "kernel.scheduler.jobs.history-size", "0")
                .job(answers(true))
                .build();
        start(kernel);

        on.clock.advance(Duration.ofSeconds(1));
        assertThat(check(kernel).healthy()).isTrue();
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(check(kernel).healthy()).isFalse();
        on.stop(kernel);
    }

    @Test
    void runThatIgnoresItsCancellationIsUnhealthyUntilItEnds() {
        AtomicBoolean stuck = new AtomicBoolean(true);
        Kernel kernel = on.builder()
                .job(JobSpec.named("tidy")
                        .every(Duration.ofSeconds(10))
                        .deadline(Duration.ofSeconds(1))
                        .task(context -> {
                            while (stuck.get()) {
                                ignoreInterrupts();
                            }
                        })
                        .build())
                .build();
        start(kernel);
        on.clock.advance(Duration.ofSeconds(14));

        KernelCheck.Result during = check(kernel);
        stuck.set(false);
        on.clock.advance(Duration.ofSeconds(2));
        KernelCheck.Result after = check(kernel);

        assertThat(during.healthy()).isFalse();
        assertThat(during.message()).startsWith("is stuck: run 1 ignores its cancellation, running for PT");
        assertThat(after.message()).startsWith("last run TIMED_OUT");
        assertThat(after.healthy()).as("it is one bad run").isTrue();
        on.stop(kernel);
    }

    private void ignoreInterrupts() {
        try {
            on.clock.park(on.clock.nanoTime() + Duration.ofSeconds(1).toNanos());
        } catch (InterruptedException e) {
            on.log.add("ignored an interrupt");
        }
    }

    @Test
    void runWithoutAnEndIsUnhealthyAfterTenPointsLeftOut() {
        AtomicBoolean hangs = new AtomicBoolean(true);
        Kernel kernel = on.builder()
                .job(JobSpec.named("tidy")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            while (hangs.get()) {
                                ignoreInterrupts();
                            }
                        })
                        .build())
                .build();
        start(kernel);

        on.clock.advance(Duration.ofSeconds(10));
        KernelCheck.Result nine = check(kernel);
        on.clock.advance(Duration.ofSeconds(1));
        KernelCheck.Result ten = check(kernel);
        hangs.set(false);
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(nine.healthy()).isTrue();
        assertThat(ten.healthy()).isFalse();
        assertThat(ten.message())
                .isEqualTo("does not get to run: 10 points in a row were left out, because a run goes on;"
                        + " has not run yet");
        assertThat(check(kernel).healthy()).isTrue();
        on.stop(kernel);
    }

    @Test
    void jobThatGetsNoThreadIsUnhealthyUntilItRuns() {
        AtomicBoolean full = new AtomicBoolean();
        Kernel kernel = Kernel.builder()
                .config(KernelFixture.config())
                .clock(on.clock)
                .threads(task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("made up");
                    }
                    return on.clock.threads().newThread(task);
                })
                .job(answers(true, true, true))
                .build();
        start(kernel);
        full.set(true);
        on.clock.advance(Duration.ofSeconds(2));

        KernelCheck.Result during = check(kernel);
        full.set(false);
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(during.healthy()).isFalse();
        assertThat(during.message()).startsWith("does not get to run: no thread could be had: java.util.concurrent.");
        assertThat(check(kernel).healthy()).isTrue();
        on.stop(kernel);
    }
}
