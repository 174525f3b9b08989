package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The elections a kernel joins by itself, and the work that each of them leads. Thread-safe. */
final class Elections {
    /** What the hook that closes all elections needs beyond stop timeout and one attempt. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private final KernelConfig config;
    private final Schedulers schedulers;
    /** Asked as late as possible: it fails without a lease store, which only who leads something needs. */
    private final Supplier<LeaderElector> elector;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, with all that is below. */
    private final Map<String, Led> work = new LinkedHashMap<>();

    private boolean joined;

    /** What one election leads. */
    private static final class Led {
        final List<Subsystem> subsystems = new ArrayList<>();

        @Nullable
        JobScheduler jobs;
    }

    Elections(Plan plan, Schedulers schedulers, Supplier<LeaderElector> elector) {
        this.config = plan.config;
        this.schedulers = schedulers;
        this.elector = elector;
        plan.subsystems.forEach((name, subsystems) -> led(name).subsystems.addAll(subsystems));
        // Named by the code, so they are known even if every job of theirs is switched off.
        plan.leaderJobs.keySet().forEach(this::led);
    }

    private Led led(String election) {
        return work.computeIfAbsent(election, name -> new Led());
    }

    /**
     * {@return the scheduler that runs while this process leads}
     *
     * @param election joined for it if need be
     * @throws IllegalStateException if there is no lease store, or the election has been joined already with other work
     */
    JobScheduler leading(String election) {
        synchronized (lock) {
            // First: without a lease store nothing is to be left behind.
            LeaderElector electing = elector.get();
            Led led = work.getOrDefault(election, new Led());
            if (led.jobs != null) {
                return led.jobs;
            }
            if (joined && !led.subsystems.isEmpty()) {
                throw new IllegalStateException("election '" + election
                        + "' has been joined without leader jobs: add its first one before the start");
            }
            JobScheduler scheduler = schedulers.createLeading(election);
            try {
                if (joined) {
                    electing.supervise(config.election(election), Subsystem.of(scheduler));
                }
            } catch (RuntimeException | Error e) {
                schedulers.forgetLeading(election);
                throw e;
            }
            led.jobs = scheduler;
            work.putIfAbsent(election, led);
            return scheduler;
        }
    }

    void require(String election) {
        Set<String> known = known();
        if (!known.contains(election)) {
            throw new IllegalArgumentException(
                    "there is no election '" + election + "', there are " + known + Nearest.hint(election, known));
        }
    }

    /** {@return the elections that work has been given for, and those that the configuration lists} */
    Set<String> known() {
        synchronized (lock) {
            Set<String> names = new LinkedHashSet<>(work.keySet());
            names.addAll(config.leader().elections().keySet());
            return names;
        }
    }

    /** Joins those that lead something; from here on each is joined as soon as it does. */
    void join() {
        synchronized (lock) {
            joined = true;
            work.forEach((name, led) -> {
                List<Subsystem> subsystems = new ArrayList<>(led.subsystems);
                Optional.ofNullable(led.jobs).map(Subsystem::of).ifPresent(subsystems::add);
                if (!subsystems.isEmpty()) {
                    elector.get().supervise(config.election(name), subsystems.toArray(Subsystem[]::new));
                }
            });
        }
    }

    /** {@return what is or will be joined here, in the order it was given} */
    List<String> names() {
        synchronized (lock) {
            return List.copyOf(work.keySet());
        }
    }

    /** {@return whether something is led there, for which it is or will be joined} */
    boolean leads(String name) {
        synchronized (lock) {
            Led led = work.get(name);
            return led != null && (led.jobs != null || !led.subsystems.isEmpty());
        }
    }

    /** {@return the election as it stands; empty before it is joined} */
    Optional<Election> election(String name) {
        synchronized (lock) {
            return joined && work.containsKey(name) ? elector.get().election(name) : Optional.empty();
        }
    }

    /**
     * {@return how long the hook may take that closes all elections, at the same time}
     *
     * @param atLeast what any hook has
     */
    Duration stopTimeout(Duration atLeast) {
        List<ElectionSpec> specs = new ArrayList<>(config.leader().elections().values());
        specs.add(config.leader().defaults());
        Duration longest = atLeast;
        for (ElectionSpec election : specs) {
            Duration needed =
                    election.stopTimeout().plus(election.timing().attempt()).plus(SLACK);
            longest = longest.compareTo(needed) < 0 ? needed : longest;
        }
        return longest;
    }
}
