package io.github.pavelagarkov.kernel.job;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a job is registered with.
 *
 * @param name the job, unique in its scheduler; {@code [a-z][a-z0-9-]{0,62}}
 * @param task the code
 * @param trigger when it runs
 * @param initialDelay time from start to the first point; empty means one period. Not for cron.
 * @param jitter the grid is moved by a random share of this, drawn once per start; less than the period [0]
 * @param maxConcurrent how many runs may go on at once; at least 1 [1]
 * @param overlap what happens to a run beyond that [SKIP]
 * @param misfire what happens to points missed by more than the grace [every: SKIP_TO_NEXT; cron: RUN_ONCE]
 * @param misfireGrace how late a run may start and still count as on time [every: one period; cron: 60 s]
 * @param recoverWithin a cron point that fell within this time before the start runs once [0]
 * @param deadline how long a run may take; empty means for ever
 * @param stopMode what happens to a run when the scheduler stops [GRACEFUL]
 */
public record JobSpec(
        String name,
        JobTask task,
        Trigger trigger,
        Optional<Duration> initialDelay,
        Duration jitter,
        int maxConcurrent,
        Overlap overlap,
        Misfire misfire,
        Duration misfireGrace,
        Duration recoverWithin,
        Optional<Duration> deadline,
        StopMode stopMode) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing, out of range or contradicts another, naming job and field
     */
    public JobSpec {
        Check.name("job name", name);
        try {
            Check.notNull("task", task);
            Check.notNull("trigger", trigger);
            Check.notNull("initialDelay", initialDelay).ifPresent(delay -> Check.notNegative("initialDelay", delay));
            Check.notNegative("jitter", jitter);
            Check.range("maxConcurrent", maxConcurrent, 1, 1_000_000);
            Check.notNull("overlap", overlap);
            Check.notNull("misfire", misfire);
            Check.notNegative("misfireGrace", misfireGrace);
            Check.notNegative("recoverWithin", recoverWithin);
            Check.notNull("deadline", deadline).ifPresent(limit -> Check.positive("deadline", limit));
            Check.notNull("stopMode", stopMode);
            checkFits(trigger, initialDelay, jitter, recoverWithin);
        } catch (IllegalArgumentException e) {
            // Named only when something is wrong: a hundred thousand specs are built in a tenth of a second.
            throw new IllegalArgumentException(named(name, String.valueOf(e.getMessage())));
        }
    }

    private static void checkFits(
            Trigger trigger, Optional<Duration> initialDelay, Duration jitter, Duration recoverWithin) {
        if (trigger instanceof Trigger.Every every && jitter.compareTo(every.period()) >= 0) {
            throw new IllegalArgumentException(
                    "jitter must be less than its period " + every.period() + ", was " + jitter);
        }
        if (trigger instanceof Trigger.Cron && initialDelay.isPresent()) {
            throw new IllegalArgumentException(
                    "initialDelay must not be set for a cron trigger, was " + initialDelay.get());
        }
        if (!(trigger instanceof Trigger.Cron) && !recoverWithin.isZero()) {
            throw new IllegalArgumentException("recoverWithin is for cron triggers only, was " + recoverWithin);
        }
    }

    /** {@return a message that begins with a field, with the job behind the field} */
    private static String named(String job, String message) {
        int field = message.indexOf(' ');
        return of(message.substring(0, field), job) + message.substring(field);
    }

    private static String of(String field, String job) {
        return field + " of job '" + job + "'";
    }

    /**
     * {@return a builder with all defaults; trigger and task are still missing}
     *
     * @param name the job
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration CRON_GRACE = Duration.ofSeconds(60);

        private final String name;
        private @Nullable JobTask task;
        private @Nullable Trigger trigger;
        private Optional<Duration> initialDelay = Optional.empty();
        private Duration jitter = Duration.ZERO;
        private int maxConcurrent = 1;
        private Overlap overlap = Overlap.SKIP;
        private @Nullable Misfire misfire;
        private @Nullable Duration misfireGrace;
        private Duration recoverWithin = Duration.ZERO;
        private Optional<Duration> deadline = Optional.empty();
        private StopMode stopMode = StopMode.GRACEFUL;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * {@return this builder}
         *
         * @param task the code
         */
        public Builder task(JobTask task) {
            this.task = task;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param period distance of two points of a fixed grid; positive
         */
        public Builder every(Duration period) {
            return trigger(checked(() -> new Trigger.Every(period)));
        }

        /**
         * {@return this builder}
         *
         * @param delay time from the end of a run to the next; positive
         */
        public Builder withDelay(Duration delay) {
            return trigger(checked(() -> new Trigger.WithDelay(delay)));
        }

        /**
         * {@return this builder}
         *
         * @param expression a cron expression, see {@link Trigger.Cron}
         * @param zone where its fields are read
         */
        public Builder cron(String expression, ZoneId zone) {
            return trigger(new Trigger.Cron(expression, zone));
        }

        private Trigger checked(Supplier<Trigger> made) {
            try {
                return made.get();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(named(name, String.valueOf(e.getMessage())));
            }
        }

        /** {@return this builder; the job runs only by {@link JobHandle#runNow()}} */
        public Builder manual() {
            return trigger(new Trigger.Manual());
        }

        /**
         * {@return this builder}
         *
         * @param trigger when the job runs
         * @throws IllegalStateException if a trigger has been given
         */
        public Builder trigger(Trigger trigger) {
            if (this.trigger != null) {
                throw new IllegalStateException(
                        "job '" + name + "' has a trigger " + this.trigger + ", cannot add " + trigger);
            }
            this.trigger = trigger;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param delay time from start to the first point; zero or positive
         */
        public Builder initialDelay(Duration delay) {
            this.initialDelay = Optional.of(delay);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param jitter the grid is moved by a random share of this; less than the period
         */
        public Builder jitter(Duration jitter) {
            this.jitter = jitter;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param runs how many runs may go on at once; at least 1
         */
        public Builder maxConcurrent(int runs) {
            this.maxConcurrent = runs;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param overlap what happens to a run beyond {@link #maxConcurrent}
         */
        public Builder overlap(Overlap overlap) {
            this.overlap = overlap;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param misfire what happens to points missed by more than the grace
         */
        public Builder misfire(Misfire misfire) {
            this.misfire = misfire;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param grace how late a run may start and still count as on time; zero or positive
         */
        public Builder misfireGrace(Duration grace) {
            this.misfireGrace = grace;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param window a cron point within this time before the start runs once; zero or positive
         */
        public Builder recoverWithin(Duration window) {
            this.recoverWithin = window;
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param limit how long a run may take; positive
         */
        public Builder deadline(Duration limit) {
            this.deadline = Optional.of(limit);
            return this;
        }

        /**
         * {@return this builder}
         *
         * @param mode what happens to a run when the scheduler stops
         */
        public Builder stopMode(StopMode mode) {
            this.stopMode = mode;
            return this;
        }

        /**
         * {@return the spec}
         *
         * @throws IllegalArgumentException as {@link JobSpec} says
         */
        public JobSpec build() {
            Trigger when = required("trigger", trigger);
            return new JobSpec(
                    name,
                    required("task", task),
                    when,
                    initialDelay,
                    jitter,
                    maxConcurrent,
                    overlap,
                    misfire != null ? misfire : when instanceof Trigger.Cron ? Misfire.RUN_ONCE : Misfire.SKIP_TO_NEXT,
                    misfireGrace != null ? misfireGrace : defaultGrace(when),
                    recoverWithin,
                    deadline,
                    stopMode);
        }

        private <T> T required(String field, @Nullable T value) {
            if (value == null) {
                Check.name("job name", name);
                throw new IllegalArgumentException(of(field, name) + " must not be null");
            }
            return value;
        }

        private static Duration defaultGrace(Trigger trigger) {
            if (trigger instanceof Trigger.Every every) {
                return every.period();
            }
            return trigger instanceof Trigger.WithDelay withDelay ? withDelay.delay() : CRON_GRACE;
        }
    }
}
