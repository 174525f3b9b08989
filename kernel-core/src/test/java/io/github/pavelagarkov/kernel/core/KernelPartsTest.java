package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What goes on inside a running kernel, in virtual time. */
final class KernelPartsTest {
    private final KernelFixture on = new KernelFixture();

    private JobSpec counting(String name, AtomicInteger runs) {
        return JobSpec.named(name)
                .every(Duration.ofSeconds(1))
                .task(context -> runs.incrementAndGet())
                .build();
    }

    @Test
    void backgroundTaskThatThrowsIsReportedAndHarmsNothing() {
        List<KernelEvent.TaskFailed> failures = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder()
                .listener("recorder", new KernelListener() {
                    @Override
                    public void onTaskFailed(KernelEvent.TaskFailed event) {
                        failures.add(event);
                    }
                })
                .build();
        kernel.start();
        AssertionError error = new AssertionError("an Error, not an Exception");

        kernel.execute("broken", () -> {
            throw error;
        });
        kernel.execute("fine", () -> on.log.add("fine"));
        on.clock.settle();

        assertThat(failures).containsExactly(new KernelEvent.TaskFailed("broken", error));
        assertThat(on.log).containsExactly("fine");
        assertThat(kernel.readiness().isReady()).isTrue();
        on.stop(kernel);
    }

    @Test
    void js7_virtualMachineErrorTakesLivenessDownAndKeepsReadiness() {
        Kernel kernel = on.builder()
                .job(JobSpec.named("eats")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            throw new OutOfMemoryError("made up");
                        })
                        .build())
                .build();
        kernel.start();
        assertThat(kernel.notLive()).isEmpty();

        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(kernel.notLive().orElseThrow())
                .isEqualTo("job eats ended with java.lang.OutOfMemoryError")
                .as("probes and the page show it")
                .doesNotContain("made up");
        assertThat(kernel.readiness().isReady()).isTrue();
        on.stop(kernel);
    }

    @Test
    void js7_virtualMachineErrorLeavesLivenessAloneIfThatIsConfigured() {
        Kernel kernel = on.builder("kernel.liveness.on-fatal", "report")
                .job(JobSpec.named("eats")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            on.log.add("run");
                            throw new OutOfMemoryError("made up");
                        })
                        .build())
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(on.log).containsExactly("run");
        assertThat(kernel.notLive()).isEmpty();
        on.stop(kernel);
    }

    @Rule("EV-1")
    void ev1_hangingListenerHarmsNeitherLivenessNorOthers() {
        AtomicInteger runs = new AtomicInteger();
        Kernel kernel = on.builder()
                .listener("hangs", new KernelListener() {
                    @Override
                    public void onStarted(KernelEvent.Started event) {
                        on.hang();
                    }
                })
                .job(counting("tick", runs))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(5_500));

        ShutdownReport report = on.stop(kernel);

        assertThat(runs).hasValue(5);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void js13_carriersAreOpenedAroundRuns() {
        Kernel kernel = on.builder()
                .carrier(new ContextCarrier() {
                    @Override
                    public Snapshot capture() {
                        return clean();
                    }

                    @Override
                    public Snapshot clean() {
                        return (Map<String, String> fields) -> {
                            on.log.add("open " + fields.get("job"));
                            return () -> on.log.add("close");
                        };
                    }
                })
                .job(JobSpec.named("tick")
                        .every(Duration.ofSeconds(1))
                        .task(context -> on.log.add("run"))
                        .build())
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(on.log).containsExactly("open tick", "run", "close");
        on.stop(kernel);
    }
}
