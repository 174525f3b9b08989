package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The elections a kernel joins by itself, and the work that each of them leads. */
final class Elections {
    /** What the hook that closes all elections needs beyond stop timeout and one attempt. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private final Map<ElectionSpec, List<Subsystem>> work = new LinkedHashMap<>();

    Elections(Plan plan, Schedulers schedulers) {
        Set<String> names = new LinkedHashSet<>(plan.subsystems.keySet());
        names.addAll(plan.leaderJobs.keySet());
        for (String name : names) {
            List<Subsystem> led = new ArrayList<>(plan.subsystems.getOrDefault(name, List.of()));
            List<JobSpec> jobs = plan.leaderJobs.getOrDefault(name, List.of());
            if (!jobs.isEmpty()) {
                led.add(Subsystem.of(schedulers.createLeading(name, jobs)));
            }
            work.put(plan.config.election(name), led);
        }
    }

    boolean isEmpty() {
        return work.isEmpty();
    }

    void join(LeaderElector elector) {
        work.forEach((spec, led) -> elector.supervise(spec, led.toArray(Subsystem[]::new)));
    }

    /**
     * {@return how long the hook may take that closes all elections, at the same time}
     *
     * @param atLeast what any hook has
     */
    Duration stopTimeout(Duration atLeast) {
        Duration longest = atLeast;
        for (ElectionSpec election : work.keySet()) {
            Duration needed =
                    election.stopTimeout().plus(election.timing().attempt()).plus(SLACK);
            longest = longest.compareTo(needed) < 0 ? needed : longest;
        }
        return longest;
    }
}
