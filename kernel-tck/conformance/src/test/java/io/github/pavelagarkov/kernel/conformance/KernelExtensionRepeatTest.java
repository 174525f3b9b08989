package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.tck.junit.KernelExtension;
import io.github.pavelagarkov.kernel.tck.junit.KernelParts;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same half hour again and again: seven jobs of three schedulers, most of them due at the same points, two elections of
 * which one is lost while a run goes on.
 */
final class KernelExtensionRepeatTest {
    private static final int REPEATS = Integer.getInteger("kernel.test.repeats", 20);
    private static final List<List<String>> TIMELINES = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension
    final KernelExtension<Kernel> kernel = KernelExtension.of(this::build, Kernel::start);

    /** What the service notes itself. */
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    private Kernel build(KernelParts parts) {
        KernelBuilder builder = Kernel.builder()
                .clock(parts.clock())
                .threads(parts.threads())
                .elector(parts.elector())
                .listener("test", parts.timeline())
                .carrier(parts.timeline());
        for (String election : List.of("one", "two")) {
            builder.leaderJob(
                            election,
                            every(5, election + "-short").task(this::note).build())
                    .leaderJob(
                            election,
                            every(5, election + "-long").task(this::sleep).build());
        }
        return builder.job(every(5, "here").task(this::note).build())
                .job(every(5, "there").task(this::note).build())
                .job(JobSpec.named("ten")
                        .cron("*/10 * * * *", ZoneOffset.UTC)
                        .task(this::note)
                        .build())
                .build();
    }

    private static JobSpec.Builder every(int minutes, String name) {
        return JobSpec.named(name).every(Duration.ofMinutes(minutes));
    }

    private void note(JobContext run) {
        notes.add(run.jobName() + " " + run.runId());
    }

    private void sleep(JobContext run) throws InterruptedException {
        note(run);
        var unused = run.cancellation().sleep(Duration.ofSeconds(90));
        note(run);
    }

    static IntStream repetitions() {
        return IntStream.range(0, REPEATS);
    }

    @ParameterizedTest
    @MethodSource("repetitions")
    void everyRepetitionIsTheSame(int repetition) {
        kernel.grant("one");
        kernel.grant("two");
        kernel.advanceTo("10:06");
        kernel.revoke("one");
        kernel.advanceTo("10:14");
        kernel.grant("one");
        kernel.advanceTo("10:30");

        List<String> seen = new ArrayList<>(kernel.timeline().lines());
        seen.addAll(notes);
        TIMELINES.add(seen);
        assertThat(seen).as("repetition " + repetition).isEqualTo(TIMELINES.get(0));
    }
}
