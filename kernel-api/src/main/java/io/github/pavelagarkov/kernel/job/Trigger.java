package io.github.pavelagarkov.kernel.job;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.time.ZoneId;

/** When a job runs. */
public sealed interface Trigger {
    /**
     * On a fixed grid, by the monotonic clock.
     *
     * @param period distance of two points; positive
     */
    record Every(Duration period) implements Trigger {
        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if the period is not positive
         */
        public Every {
            Check.positive("period", period);
        }
    }

    /**
     * A while after the end of the run before, by the monotonic clock.
     *
     * @param delay the while; positive
     */
    record WithDelay(Duration delay) implements Trigger {
        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if the delay is not positive
         */
        public WithDelay {
            Check.positive("delay", delay);
        }
    }

    /**
     * At the instants of a cron expression, by the wall clock. The expression is checked when the job is registered.
     *
     * @param expression five Unix fields, optional leading seconds, or {@code @hourly} and its kin
     * @param zone where the fields are read
     * @see <a href="SPEC.md">SPEC.md JS-11</a>
     */
    record Cron(String expression, ZoneId zone) implements Trigger {
        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is missing
         */
        public Cron {
            Check.notNull("cron expression", expression);
            Check.notNull("zone of cron '" + expression + "'", zone);
        }
    }

    /** Only by {@link JobHandle#runNow()}. */
    record Manual() implements Trigger {}
}
