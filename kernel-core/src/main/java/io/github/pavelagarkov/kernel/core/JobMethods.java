package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.core.internal.job.BoundJob;
import io.github.pavelagarkov.kernel.core.internal.job.JobMethodBinder;
import io.github.pavelagarkov.kernel.core.internal.job.JobTarget;
import io.github.pavelagarkov.kernel.job.JobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Annotated methods as jobs.
 *
 * @param properties answers for the placeholders in their texts
 * @param elections those that a job may name
 * @param effective what the settings make of a job; empty if it is not to run
 */
record JobMethods(
        Function<String, Optional<String>> properties,
        Set<String> elections,
        Function<JobSpec, Optional<JobSpec>> effective) {
    /** A job as it is to run, and whose leader runs it. */
    record Placed(JobSpec spec, Optional<String> leader) {}

    /**
     * {@return the jobs that are right}
     *
     * @param beans have the methods
     * @param problems gets everything that is wrong
     */
    List<Placed> of(List<JobTarget> beans, List<Problem> problems) {
        List<Placed> placed = new ArrayList<>();
        for (BoundJob job : JobMethodBinder.bind(beans, properties, problems)) {
            Optional<String> unknown = job.leader().filter(election -> !elections.contains(election));
            unknown.ifPresent(
                    election -> problems.add(unknownElection(job.spec().name(), election)));
            try {
                effective
                        .apply(job.spec())
                        .filter(spec -> unknown.isEmpty())
                        .ifPresent(spec -> placed.add(new Placed(spec, job.leader())));
            } catch (IllegalArgumentException e) {
                problems.add(unfit(job.spec(), e));
            }
        }
        return placed;
    }

    /** {@return that the settings of a job contradict its code} */
    static Problem unfit(JobSpec job, IllegalArgumentException why) {
        return new Problem("kernel.jobs." + job.name(), "", "configuration", String.valueOf(why.getMessage()));
    }

    private Problem unknownElection(String job, String election) {
        return new Problem(
                "leader of job '" + job + "'",
                election,
                "@Job",
                "must be an election that kernel.leader.names lists or the code declares, known are " + elections
                        + Nearest.hint(election, elections));
    }
}
