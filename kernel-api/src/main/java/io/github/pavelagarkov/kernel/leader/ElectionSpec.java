package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;

/**
 * What an election is joined with.
 *
 * @param name the election; {@code [a-z][a-z0-9-]{0,62}}
 * @param timing the durations of its lease
 * @param stopTimeout how long the work may take to stop on a graceful end before the lease is left to expire [8 s]
 * @param backOff how long to hold back after a failed start, doubled each time [1 s]
 * @param backOffMax the longest hold-back after failed starts [60 s]
 * @param onOverrun what happens when work goes on after its lease [LOG]
 */
public record ElectionSpec(
        String name,
        LeaseTiming timing,
        Duration stopTimeout,
        Duration backOff,
        Duration backOffMax,
        OverrunReaction onOverrun) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range, naming election, field and value
     */
    public ElectionSpec {
        Check.name("election name", name);
        Check.notNull("timing of election '" + name + "'", timing);
        Check.positive("stopTimeout of election '" + name + "'", stopTimeout);
        Check.positive("backOff of election '" + name + "'", backOff);
        Check.atLeast("backOffMax of election '" + name + "'", backOffMax, backOff);
        Check.notNull("onOverrun of election '" + name + "'", onOverrun);
    }

    /**
     * {@return a spec with all defaults}
     *
     * @param name the election
     */
    public static ElectionSpec of(String name) {
        return builder(name).build();
    }

    /**
     * {@return a builder with all defaults}
     *
     * @param name the election
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** Collects the optional settings. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private LeaseTiming timing = LeaseTiming.defaults();
        private Duration stopTimeout = Duration.ofSeconds(8);
        private Duration backOff = Duration.ofSeconds(1);
        private Duration backOffMax = Duration.ofSeconds(60);
        private OverrunReaction onOverrun = OverrunReaction.LOG;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * {@return this builder}
         *
         * @param timing the durations of the lease
         */
        public Builder timing(LeaseTiming timing) {
            this.timing = timing;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param stopTimeout how long the work may take to stop on a graceful end; positive
         */
        public Builder stopTimeout(Duration stopTimeout) {
            this.stopTimeout = stopTimeout;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param first hold-back after the first failed start; positive
         * @param longest the hold-back is doubled up to this; at least {@code first}
         */
        public Builder backOff(Duration first, Duration longest) {
            this.backOff = first;
            this.backOffMax = longest;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param reaction what happens when work goes on after its lease
         */
        public Builder onOverrun(OverrunReaction reaction) {
            this.onOverrun = reaction;
            return this;
        }

        /**
         * {@return the spec}
         *
         * @throws IllegalArgumentException as {@link ElectionSpec} says
         */
        public ElectionSpec build() {
            return new ElectionSpec(name, timing, stopTimeout, backOff, backOffMax, onOverrun);
        }
    }
}
