package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Job.State;
import io.github.pavelagarkov.kernel.core.internal.config.Durations;
import io.github.pavelagarkov.kernel.core.internal.cron.CronExpression;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobStats;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How the jobs of a kernel are. Thread-safe. */
final class JobStatuses {
    /** Of a history that may be a thousand runs long. */
    private static final int RUNS = 20;

    private final Schedulers schedulers;
    private final Elections elections;
    private final KernelJobs jobs;
    private final JobTroubles troubles;
    private final Map<String, String> words = new ConcurrentHashMap<>();

    JobStatuses(Schedulers schedulers, Elections elections, KernelJobs jobs, JobTroubles troubles) {
        this.schedulers = schedulers;
        this.elections = elections;
        this.jobs = jobs;
        this.troubles = troubles;
    }

    int count() {
        return jobs.switchedOff().size()
                + schedulers.all().values().stream()
                        .mapToInt(scheduler -> scheduler.jobs().size())
                        .sum();
    }

    List<KernelStatus.Job> read(int most) {
        List<KernelStatus.Job> all = new ArrayList<>();
        Set<String> led = Set.copyOf(elections.names());
        for (Map.Entry<String, JobScheduler> entry : schedulers.all().entrySet()) {
            if (all.size() >= most) {
                break;
            }
            String name = entry.getKey();
            JobScheduler scheduler = entry.getValue();
            Optional<String> election = led.contains(name) ? Optional.of(name) : Optional.empty();
            State atRest = atRest(scheduler, election);
            scheduler.jobs().stream()
                    .limit(most - all.size())
                    .forEach(job -> all.add(job(job, scheduler, election, atRest)));
        }
        jobs.switchedOff().stream().limit(most - all.size()).forEach(name -> all.add(switchedOff(name)));
        return all;
    }

    private static KernelStatus.Job switchedOff(String name) {
        return new KernelStatus.Job(
                name,
                Optional.empty(),
                Optional.empty(),
                State.SWITCHED_OFF,
                "never",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                Map.of(),
                Optional.empty(),
                List.of());
    }

    /** {@return what a job without a run is about, unless somebody has paused it} */
    private State atRest(JobScheduler scheduler, Optional<String> election) {
        if (scheduler.state() == JobScheduler.State.RUNNING) {
            return State.WAITING;
        }
        boolean elsewhere = election.isPresent()
                && election.flatMap(elections::election)
                        .filter(joined -> joined.status() instanceof LeadershipStatus.Leader)
                        .isEmpty();
        return elsewhere ? State.ELSEWHERE : State.STOPPED;
    }

    private KernelStatus.Job job(JobHandle job, JobScheduler scheduler, Optional<String> election, State atRest) {
        JobStats stats = job.stats();
        List<RunResult> history = job.history();
        return new KernelStatus.Job(
                job.name(),
                Optional.of(scheduler.name()),
                election,
                state(job, stats.running(), atRest),
                schedule(job.spec().trigger()),
                job.spec().trigger() instanceof Trigger.Cron cron
                        ? Optional.of(cron.expression() + " " + cron.zone())
                        : Optional.empty(),
                job.spec().deadline(),
                job.nextFireTime(),
                stats.running(),
                stats.queued(),
                stats.missed(),
                outcomes(stats),
                troubles.of(job.name()),
                history.subList(Math.max(0, history.size() - RUNS), history.size()).stream()
                        .map(JobStatuses::run)
                        .toList());
    }

    private static State state(JobHandle job, int running, State atRest) {
        if (running > 0) {
            return State.RUNNING;
        }
        return atRest == State.WAITING && job.isPaused() ? State.PAUSED : atRest;
    }

    private static Map<String, Long> outcomes(JobStats stats) {
        Map<String, Long> outcomes = new TreeMap<>();
        stats.outcomes().forEach((outcome, count) -> {
            if (count > 0) {
                outcomes.put(StatusReader.word(outcome), count);
            }
        });
        return outcomes;
    }

    private static KernelStatus.Run run(RunResult run) {
        return new KernelStatus.Run(
                run.runId(),
                StatusReader.word(run.fire()),
                run.scheduled(),
                run.lateness(),
                run.took(),
                StatusReader.word(run.outcome()),
                run.correlationId(),
                // No message: it may hold anything.
                run.error().map(error -> error.getClass().getName()));
    }

    private String schedule(Trigger trigger) {
        if (trigger instanceof Trigger.Every every) {
            return "every " + Durations.text(every.period());
        }
        if (trigger instanceof Trigger.WithDelay delay) {
            return Durations.text(delay.delay()) + " after each run";
        }
        if (trigger instanceof Trigger.Cron cron) {
            return words.computeIfAbsent(cron.expression(), CronExpression::inWords) + ", " + cron.zone();
        }
        return "by hand";
    }
}
