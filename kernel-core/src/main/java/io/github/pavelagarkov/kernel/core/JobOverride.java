package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Trigger;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What an operator says about one job: {@code kernel.jobs.<name>.*}. It wins over what the code says.
 *
 * @param job the job
 * @param enabled whether it runs at all [true]
 * @param every another period, in place of whatever trigger the code gives it; not together with cron
 * @param cron another expression, in place of whatever trigger the code gives it
 * @param zone the zone of that expression, or of the code's own
 * @param deadline another limit for a run
 */
public record JobOverride(
        String job,
        boolean enabled,
        Optional<Duration> every,
        Optional<String> cron,
        Optional<ZoneId> zone,
        Optional<Duration> deadline) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if both triggers are given
     */
    public JobOverride {
        Check.name("job name", job);
        if (every.isPresent() && cron.isPresent()) {
            throw new IllegalArgumentException(
                    "every must not be set together with cron, was " + every.get() + " beside '" + cron.get() + "'");
        }
    }

    /**
     * {@return the job as it is to run; empty if it is not to run at all}
     *
     * @param declared what the code says
     * @throws IllegalArgumentException if the two contradict each other; names the key
     */
    public Optional<JobSpec> applyTo(JobSpec declared) {
        if (!enabled) {
            return Optional.empty();
        }
        Trigger trigger = trigger(declared.trigger());
        JobSpec.Builder builder = JobSpec.named(declared.name())
                .task(declared.task())
                .trigger(trigger)
                .maxConcurrent(declared.maxConcurrent())
                .overlap(declared.overlap())
                .jitter(declared.jitter())
                .stopMode(declared.stopMode());
        deadline.or(declared::deadline).ifPresent(builder::deadline);
        if (!(trigger instanceof Trigger.Cron)) {
            declared.initialDelay().ifPresent(builder::initialDelay);
        }
        // What was chosen for one kind of trigger says nothing about another.
        if (trigger.getClass() == declared.trigger().getClass()) {
            builder.misfire(declared.misfire()).recoverWithin(declared.recoverWithin());
        }
        if (trigger instanceof Trigger.Cron == declared.trigger() instanceof Trigger.Cron && every.isEmpty()) {
            builder.misfireGrace(declared.misfireGrace());
        }
        return Optional.of(builder.build());
    }

    private Trigger trigger(Trigger declared) {
        if (every.isPresent()) {
            refuseZone(declared);
            return new Trigger.Every(every.get());
        }
        Optional<ZoneId> own =
                declared instanceof Trigger.Cron written ? Optional.of(written.zone()) : Optional.empty();
        if (cron.isPresent()) {
            return new Trigger.Cron(
                    cron.get(),
                    zone.or(() -> own)
                            .orElseThrow(() -> new IllegalArgumentException(key("zone") + " must be set, because "
                                    + key("cron") + " is and the job itself has no zone")));
        }
        if (declared instanceof Trigger.Cron written) {
            return new Trigger.Cron(written.expression(), zone.orElse(written.zone()));
        }
        refuseZone(declared);
        return declared;
    }

    private void refuseZone(Trigger declared) {
        zone.ifPresent(given -> {
            throw new IllegalArgumentException(
                    key("zone") + " is for cron triggers only, was " + given + " for " + declared);
        });
    }

    private String key(String field) {
        return "kernel.jobs." + job + "." + field;
    }
}
