package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.JobMethods.Placed;
import io.github.pavelagarkov.kernel.core.internal.config.Nearest;
import io.github.pavelagarkov.kernel.core.internal.job.JobTarget;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Puts each job where it runs: every job of the service comes in here, from code or from annotated methods, and takes what
 * {@code kernel.jobs.<name>.*} says about it. A job that is registered with a {@link JobScheduler} directly keeps its own
 * settings.
 *
 * <p>Jobs may be added until the kernel stops; those that are there when it starts begin with it. Thread-safe.
 */
public final class KernelJobs {
    private final Map<String, JobOverride> overrides;
    private final Function<String, Optional<String>> properties;
    private final Schedulers schedulers;
    private final Elections elections;
    private final Set<String> declared = new ConcurrentSkipListSet<>();
    private final Set<String> switchedOff = new ConcurrentSkipListSet<>();

    KernelJobs(Plan plan, Schedulers schedulers, Elections elections) {
        this.overrides = plan.config.jobs();
        this.properties = plan.properties;
        this.schedulers = schedulers;
        this.elections = elections;
    }

    /** Everything that was given to the builder. */
    void addAll(Plan plan) {
        plan.jobs.forEach((scheduler, jobs) -> jobs.forEach(job -> add(scheduler, job)));
        plan.leaderJobs.forEach((election, jobs) -> jobs.forEach(job -> addLeading(election, job)));
        bind(plan.jobBeans);
    }

    /**
     * Adds a job to the scheduler that every kernel has.
     *
     * @param job the job
     * @throws IllegalArgumentException if the name is taken, or the settings of this job contradict its code; names the key
     */
    public void add(JobSpec job) {
        add(KernelBuilder.DEFAULT_SCHEDULER, job);
    }

    /**
     * Adds a job to a scheduler.
     *
     * @param scheduler one that the kernel has
     * @param job the job
     * @throws IllegalArgumentException if there is no such scheduler, the name is taken, or the settings of this job
     *     contradict its code; names the key
     */
    public void add(String scheduler, JobSpec job) {
        Check.notNull("job spec", job);
        JobScheduler chosen = schedulers.get(scheduler);
        effective(job).ifPresent(wanted -> register(chosen, wanted));
    }

    /**
     * Adds a job that runs only while this process leads; the election is joined for it if need be.
     *
     * @param election the election; its timing comes from the configuration
     * @param job the job
     * @throws IllegalArgumentException if the name is taken, or the settings of this job contradict its code; names the key
     * @throws IllegalStateException if there is no lease store, or the election was joined before with other work
     */
    public void addLeading(String election, JobSpec job) {
        Check.name("election name", election);
        Check.notNull("job spec", job);
        effective(job).ifPresent(wanted -> register(elections.leading(election), wanted));
    }

    /**
     * Adds the methods of objects that are annotated with {@link io.github.pavelagarkov.kernel.job.Job}: all of them, or none
     * if one is wrong.
     *
     * @param beans the objects
     * @throws ConfigurationException with every problem of every method, an election that nobody knows among them
     */
    public void bind(Object... beans) {
        bind(Stream.of(beans).map(JobTarget::of).toList());
    }

    private void bind(List<JobTarget> beans) {
        List<Problem> problems = new ArrayList<>();
        List<Placed> placed = new JobMethods(properties, elections.known(), this::effective).of(beans, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        registerAll(placed);
    }

    private void registerAll(List<Placed> jobs) {
        List<Runnable> undo = new ArrayList<>();
        try {
            for (Placed job : jobs) {
                JobScheduler scheduler = job.leader()
                        .map(elections::leading)
                        .orElseGet(() -> schedulers.get(KernelBuilder.DEFAULT_SCHEDULER));
                register(scheduler, job.spec());
                undo.add(() -> scheduler.unregister(job.spec().name(), Duration.ZERO));
            }
        } catch (RuntimeException | Error e) {
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private void register(JobScheduler scheduler, JobSpec job) {
        schedulers.all().forEach((name, other) -> {
            if (other != scheduler && other.job(job.name()).isPresent()) {
                // Settings, checks and actions know a job by its name alone.
                throw new IllegalArgumentException(
                        "job '" + job.name() + "' is there already, in scheduler '" + name + "'");
            }
        });
        scheduler.register(job);
    }

    private Optional<JobSpec> effective(JobSpec job) {
        declared.add(job.name());
        JobOverride override = overrides.get(job.name());
        if (override == null) {
            return Optional.of(job);
        }
        Optional<JobSpec> wanted = override.applyTo(job);
        if (wanted.isEmpty()) {
            switchedOff.add(job.name());
        }
        return wanted;
    }

    /** {@return the jobs that {@code enabled: false} leaves out} */
    Set<String> switchedOff() {
        return switchedOff;
    }

    /** {@return settings for jobs that nobody declared} */
    List<Problem> unknown() {
        return overrides.keySet().stream()
                .filter(name -> !declared.contains(name))
                .map(name -> new Problem(
                        "kernel.jobs." + name,
                        "",
                        "configuration",
                        "no job of that name was given to the kernel, there are " + declared
                                + Nearest.hint(name, declared)))
                .toList();
    }
}
