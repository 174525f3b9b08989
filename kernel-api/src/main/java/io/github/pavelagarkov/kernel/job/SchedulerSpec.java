package io.github.pavelagarkov.kernel.job;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * What a scheduler is built with.
 *
 * @param name the scheduler; {@code [a-z][a-z0-9-]{0,62}}
 * @param limit how many runs may go on at once over all jobs, at least 1; empty means no limit on virtual threads and 16
 *     where there are none
 * @param historySize how many last runs each job keeps; 0 to 1,000 [16]
 * @param resolution wake-ups are put together on this grid, which saves CPU and costs as much lateness; zero means none [1 ms]
 */
public record SchedulerSpec(String name, OptionalInt limit, int historySize, Duration resolution) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range, naming scheduler and field
     */
    public SchedulerSpec {
        Check.name("scheduler name", name);
        if (Check.notNull("limit of scheduler '" + name + "'", limit).isPresent()) {
            Check.range("limit of scheduler '" + name + "'", limit.getAsInt(), 1, 1_000_000);
        }
        Check.range("historySize of scheduler '" + name + "'", historySize, 0, 1_000);
        Check.notNegative("resolution of scheduler '" + name + "'", resolution);
        if (resolution.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException(
                    "resolution of scheduler '" + name + "' must be at most PT1S, was " + resolution);
        }
    }

    /**
     * {@return a spec with all defaults}
     *
     * @param name the scheduler
     */
    public static SchedulerSpec of(String name) {
        return new SchedulerSpec(name, OptionalInt.empty(), 16, Duration.ofMillis(1));
    }

    /**
     * {@return this spec with another limit}
     *
     * @param runs how many runs may go on at once; at least 1
     */
    public SchedulerSpec withLimit(int runs) {
        return new SchedulerSpec(name, OptionalInt.of(runs), historySize, resolution);
    }

    /**
     * {@return this spec with another history}
     *
     * @param runs how many last runs each job keeps; 0 to 1,000
     */
    public SchedulerSpec withHistorySize(int runs) {
        return new SchedulerSpec(name, limit, runs, resolution);
    }

    /**
     * {@return this spec with another resolution}
     *
     * @param grid wake-ups are put together on this; 0 to 1 s
     */
    public SchedulerSpec withResolution(Duration grid) {
        return new SchedulerSpec(name, limit, historySize, grid);
    }
}
