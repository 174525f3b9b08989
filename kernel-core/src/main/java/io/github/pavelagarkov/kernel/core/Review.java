package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.job.JobSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wrong with what a builder has been given, told without building anything: for a host that has more to check and
 * tells of all at once. It looks at annotated methods and at names; what else {@link KernelBuilder#build} refuses it does
 * not know.
 */
public final class Review {
    private final Plan plan;

    Review(Plan plan) {
        this.plan = plan;
    }

    /** {@return everything that is wrong with annotated methods, the elections they name among it} */
    public List<Problem> jobs() {
        List<Problem> problems = new ArrayList<>();
        var unused = new JobMethods(plan.properties, elections(), this::effective).of(plan.jobBeans, problems);
        return problems;
    }

    private Optional<JobSpec> effective(JobSpec job) {
        JobOverride override = plan.config.jobs().get(job.name());
        return override == null ? Optional.of(job) : override.applyTo(job);
    }

    /**
     * {@return why there will be no election of a name; empty if there will}
     *
     * @param name the election
     */
    public Optional<String> election(String name) {
        return missing("election", name, elections());
    }

    /**
     * {@return why there will be no scheduler of a name; empty if there will}
     *
     * @param name the scheduler
     */
    public Optional<String> scheduler(String name) {
        Set<String> names = new TreeSet<>(plan.config.schedulers().keySet());
        names.addAll(plan.schedulers.keySet());
        names.addAll(plan.ownSchedulers.keySet());
        names.addAll(plan.leaderJobs.keySet());
        new JobMethods(plan.properties, elections(), this::effective)
                .of(plan.jobBeans, new ArrayList<>())
                .forEach(job -> job.leader().ifPresent(names::add));
        names.add(KernelBuilder.DEFAULT_SCHEDULER);
        return missing("scheduler", name, names);
    }

    /**
     * {@return why there will be no pool of a name; empty if there will}
     *
     * @param name the pool
     */
    public Optional<String> postgres(String name) {
        Set<String> names = new TreeSet<>(plan.config.postgres().names());
        names.addAll(plan.pools.keySet());
        return missing("postgres pool", name, names);
    }

    /**
     * {@return why there will be no pool of connections to ClickHouse of a name; empty if there will}
     *
     * @param name the pool
     */
    public Optional<String> clickHouse(String name) {
        Set<String> names = new TreeSet<>(plan.config.clickHouse().keySet());
        names.addAll(plan.clickHousePools.keySet());
        return missing("clickhouse pool", name, names);
    }

    private Set<String> elections() {
        Set<String> names = new LinkedHashSet<>(plan.subsystems.keySet());
        names.addAll(plan.leaderJobs.keySet());
        names.addAll(plan.config.leader().elections().keySet());
        return names;
    }

    private static Optional<String> missing(String kind, String name, Set<String> known) {
        return known.contains(name)
                ? Optional.empty()
                : Optional.of(
                        "there is no " + kind + " '" + name + "', there are " + known + Nearest.hint(name, known));
    }
}
