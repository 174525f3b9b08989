package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.core.internal.config.UnfitSetting;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wrong with what a builder has been given, told without building anything: {@link KernelBuilder#build} refuses
 * it, and a host that has more to check tells of all at once.
 */
public final class Review {
    private final Plan plan;
    private final PlannedJobs jobs;

    Review(Plan plan) {
        this.plan = plan;
        this.jobs = new PlannedJobs(plan, elections());
    }

    /**
     * {@return everything that is seen before anything is opened: settings, libraries that backends lack, a halt where
     * other applications live, names that two things want, and jobs}
     */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(plan.wrongSettings);
        problems.addAll(MissingLibraries.of(plan));
        problems.addAll(haltsOfOthers());
        problems.addAll(TakenNames.of(plan, jobs.leading()));
        problems.addAll(unknownSchedulers());
        problems.addAll(jobs.problems());
        // A name that three things want is one problem.
        return problems.stream().distinct().toList();
    }

    /** LE-18: where other applications live, none may end the process. */
    private Set<Problem> haltsOfOthers() {
        if (!plan.host.sharesProcess()) {
            return Set.of();
        }
        List<ElectionSpec> elections =
                new ArrayList<>(plan.config.leader().elections().values());
        elections.add(plan.config.leader().defaults());
        // A set: elections that follow the defaults have their problem.
        Set<Problem> problems = new LinkedHashSet<>();
        elections.stream()
                .filter(election -> election.onOverrun() == OverrunReaction.HALT)
                .forEach(election -> problems.add(UnfitSetting.problem(
                        plan.config,
                        "kernel.leader." + election.name() + ".on-overrun",
                        "must be log or health-down where other applications live in the process (" + plan.host.name()
                                + ")")));
        return problems;
    }

    private List<Problem> unknownSchedulers() {
        List<Problem> problems = new ArrayList<>();
        plan.jobs.forEach((scheduler, jobs) -> missing("scheduler", scheduler, schedulers())
                .ifPresent(why -> problems.add(
                        new Problem("scheduler of job '" + jobs.get(0).name() + "'", scheduler, "code", why))));
        return problems;
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
        Set<String> names = schedulers();
        names.addAll(plan.leaderJobs.keySet());
        names.addAll(jobs.leading());
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

    /** {@return those that run from start to stop} */
    private Set<String> schedulers() {
        Set<String> names = new TreeSet<>(plan.config.schedulers().keySet());
        names.addAll(plan.schedulers.keySet());
        names.addAll(plan.ownSchedulers.keySet());
        names.add(KernelBuilder.DEFAULT_SCHEDULER);
        return names;
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
