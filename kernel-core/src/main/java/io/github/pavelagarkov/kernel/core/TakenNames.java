package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.UnfitSetting;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names in a plan that two things want. Not among them are hooks with names of kernel's own: which of those there are
 * is known once the parts are, and a registry of the application has others.
 */
final class TakenNames {
    private final Plan plan;
    private final List<Problem> problems;

    private TakenNames(Plan plan) {
        this.plan = plan;
        this.problems = new ArrayList<>(plan.givenTwice);
    }

    /**
     * {@return each of them}
     *
     * @param leading elections with a scheduler of their name
     */
    static List<Problem> of(Plan plan, Set<String> leading) {
        TakenNames taken = new TakenNames(plan);
        taken.hooks();
        taken.pools();
        taken.schedulers();
        leading.forEach(taken::leading);
        return taken.problems;
    }

    private void hooks() {
        Set<String> names = new HashSet<>();
        plan.hooks.stream()
                .map(HookSpec::name)
                .filter(name -> !names.add(name))
                .forEach(name -> problems.add(Plan.twice("hook", name)));
    }

    private void pools() {
        both(plan.pools.keySet(), plan.config.postgres().names())
                .forEach(name -> listed(
                        "kernel.postgres.names",
                        "postgres pool '" + name + "' is given as a DataSource, so it must not have settings too"));
        both(plan.clickHousePools.keySet(), plan.config.clickHouse().keySet())
                .forEach(name -> listed(
                        "kernel.clickhouse.names",
                        "clickhouse pool '" + name + "' is given to the builder, so it must not have settings too"));
    }

    private void schedulers() {
        Set<String> own = plan.ownSchedulers.keySet();
        both(own, plan.config.schedulers().keySet())
                .forEach(name -> listed("kernel.scheduler.names", givenAsAnObject(name)));
        both(own, plan.schedulers.keySet())
                .forEach(name -> problems.add(new Problem("scheduler name", name, "code", givenAsAnObject(name))));
    }

    private static String givenAsAnObject(String scheduler) {
        return "scheduler '" + scheduler + "' is given as an object, so it must not have settings too";
    }

    private void leading(String election) {
        String why = "election '" + election + "' has leader jobs, so no other scheduler may have its name";
        if (plan.config.schedulers().containsKey(election)) {
            listed("kernel.scheduler.names", why);
        } else if (election.equals(KernelBuilder.DEFAULT_SCHEDULER)
                || plan.schedulers.containsKey(election)
                || plan.ownSchedulers.containsKey(election)) {
            problems.add(new Problem("scheduler name", election, "code", why));
        }
    }

    private void listed(String key, String why) {
        problems.add(UnfitSetting.problem(plan.config, key, why));
    }

    private static List<String> both(Collection<String> some, Collection<String> others) {
        return some.stream().filter(others::contains).toList();
    }
}
