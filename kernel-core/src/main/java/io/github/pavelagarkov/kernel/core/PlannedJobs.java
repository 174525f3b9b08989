package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.JobMethods.Placed;
import io.github.pavelagarkov.kernel.job.JobSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The jobs of a plan as they are to run, from code and from annotated methods, and what is wrong with them. */
final class PlannedJobs {
    private final Plan plan;
    private final List<Problem> problems = new ArrayList<>();
    /** Each job by its name, with the scheduler that runs it: the one of its election if the leader does. */
    private final Map<String, String> placed = new LinkedHashMap<>();

    private final Set<String> leading = new LinkedHashSet<>();

    /** Looks at all of them. */
    PlannedJobs(Plan plan, Set<String> elections) {
        this.plan = plan;
        plan.jobs.forEach((scheduler, jobs) ->
                jobs.forEach(job -> wanted(job).ifPresent(spec -> run(spec, scheduler))));
        plan.leaderJobs.forEach((election, jobs) ->
                jobs.forEach(job -> wanted(job).ifPresent(spec -> lead(spec, election))));
        new JobMethods(plan.properties, elections, this::effective)
                .of(plan.jobBeans, problems)
                .forEach(this::place);
    }

    private Optional<JobSpec> wanted(JobSpec job) {
        try {
            return effective(job);
        } catch (IllegalArgumentException e) {
            problems.add(JobMethods.unfit(job, e));
            return Optional.empty();
        }
    }

    private Optional<JobSpec> effective(JobSpec job) {
        JobOverride override = plan.config.jobs().get(job.name());
        return override == null ? Optional.of(job) : override.applyTo(job);
    }

    private void place(Placed job) {
        job.leader()
                .ifPresentOrElse(
                        election -> lead(job.spec(), election), () -> run(job.spec(), KernelBuilder.DEFAULT_SCHEDULER));
    }

    private void lead(JobSpec job, String election) {
        leading.add(election);
        run(job, election);
    }

    private void run(JobSpec job, String scheduler) {
        String before = placed.putIfAbsent(job.name(), scheduler);
        if (before != null) {
            problems.add(new Problem(
                    "job name", job.name(), "code", "must be unique, scheduler '" + before + "' has one already"));
        }
    }

    /** {@return the elections whose leader runs jobs: each has a scheduler of its name} */
    Set<String> leading() {
        return leading;
    }

    /** {@return everything that is wrong with them, the elections that annotated methods name among it} */
    List<Problem> problems() {
        return problems;
    }
}
