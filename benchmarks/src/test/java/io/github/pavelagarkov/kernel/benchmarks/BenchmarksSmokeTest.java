package io.github.pavelagarkov.kernel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The benchmarks at a hundredth of their size: what they count is exact on any machine, what they time is not. */
class BenchmarksSmokeTest {
    @Test
    void noTickComesEarly() throws Exception {
        SchedulerTicks.Size small =
                new SchedulerTicks.Size(10, Duration.ZERO, 1, Duration.ofMillis(1_100), Duration.ofMillis(300));

        Map<String, List<SchedulerTicks.Slice>> all = SchedulerTicks.run(small);

        assertThat(all)
                .hasSize(6)
                .allSatisfy((name, slices) -> assertThat(slices)
                        .as(name)
                        .singleElement()
                        .satisfies(slice -> {
                            assertThat(slice.early()).as("early").isZero();
                            assertThat(slice.ticks()).as("ticks").isPositive();
                        }));
    }

    @Test
    void limitHoldsInABurstAndAStallIsMadeUpForOnce() throws Exception {
        SchedulerScale.Size small = new SchedulerScale.Size(1_000, 100, 4, 10, 1);

        SchedulerScale.Result result = SchedulerScale.run(small);

        assertThat(result.mostAtOnce()).as("at once").isBetween(1, 4);
        assertThat(result.burstRuns()).as("runs of the burst").isEqualTo(100);
        assertThat(result.catchUps()).as("runs after the stall").isEqualTo(10);
    }

    @Test
    void everyHookRunsAndSequentialOnesAlone() {
        ShutdownHooks.Size small = new ShutdownHooks.Size(10, 1, 2);

        ShutdownHooks.Result result = ShutdownHooks.run(small);

        assertThat(result.ok()).as("hooks that ended OK").isEqualTo(10 * 2 * 3);
        assertThat(result.mostAtOnceSequential()).as("at once").isEqualTo(1);
    }

    @Test
    void ticksAndCallsAreCountedWithAndWithoutMetrics() throws Exception {
        EventsOverhead.Size small = new EventsOverhead.Size(10, 1, Duration.ofMillis(300), Duration.ofMillis(500));

        assertThat(EventsOverhead.ticks(small))
                .hasSize(4)
                .allSatisfy((name, slices) -> assertThat(slices)
                        .as(name)
                        .singleElement()
                        .satisfies(slice -> assertThat(slice.ticks()).isPositive()));
        assertThat(EventsOverhead.calls(0, 1))
                .hasSize(3)
                .allSatisfy((name, figures) -> assertThat(
                                Arrays.stream(figures).min().orElse(0))
                        .as(name)
                        .isPositive());
    }

    @Test
    void everyPoolAndTheDriverAreAsked() throws Exception {
        PoolOverhead.Size small = new PoolOverhead.Size(1, 2, 1, 0);

        Map<String, Map<String, List<Double>>> both = new HashMap<>(PoolOverhead.clickHouse(small));
        both.putAll(PoolOverhead.postgres(small));

        assertThat(both)
                .hasSize(4)
                .allSatisfy((what, micros) -> assertThat(micros)
                        .as(what)
                        .hasSizeGreaterThanOrEqualTo(3)
                        .allSatisfy((name, each) -> assertThat(each).as(name).hasSize(1)));
    }
}
