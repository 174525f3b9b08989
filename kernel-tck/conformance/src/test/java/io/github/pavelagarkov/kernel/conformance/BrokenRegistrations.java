package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobSchedulerRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Schedulers that lose track of their jobs: JS-8 to JS-10. */
final class BrokenRegistrations {
    private BrokenRegistrations() {}

    /** As the Go seed: enters the job, and then finds out that its trigger is wrong. */
    @Breaks(value = "JS-8", in = JobSchedulerRules.class, says = "jobs after refused registrations")
    public static final class HalfARegistration extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    try {
                        return super.register(spec);
                    } catch (IllegalArgumentException e) {
                        if (job(spec.name()).isEmpty()) {
                            super.register(withoutTrigger(spec).manual().build());
                        }
                        throw e;
                    }
                }
            };
        }
    }

    /** Refuses, but does not say which job. */
    @Breaks(value = "JS-8", in = JobSchedulerRules.class, says = "register of job 'wrong'")
    public static final class NamelessRefusal extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    try {
                        return super.register(spec);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                cron(spec).map(Trigger.Cron::expression).orElse(spec.name()) + " is not valid", e);
                    }
                }
            };
        }
    }

    /** Lets the last job of a name win. */
    @Breaks(value = "JS-8", in = JobSchedulerRules.class, says = "register of a second job 'tick'")
    public static final class LastOneWins extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    if (job(spec.name()).isPresent()) {
                        unregister(spec.name(), Duration.ZERO);
                    }
                    return super.register(spec);
                }
            };
        }
    }

    /** As the Go seed: a scheduler that runs takes no job. */
    @Breaks(value = "JS-9", in = JobSchedulerRules.class, says = "cannot register while running")
    public static final class ClosedWhileRunning extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    if (state() == State.RUNNING && spec.trigger() instanceof Trigger.Every) {
                        throw new IllegalStateException("cannot register while running");
                    }
                    return super.register(spec);
                }
            };
        }
    }

    /** Makes up for a pause. */
    @Breaks(value = "JS-9", in = JobSchedulerRules.class, says = "first start after a pause")
    public static final class ResumeMakesUp extends BrokenSchedulerProvider {
        @Override
        JobHandle handle(JobHandle handle) {
            return new ForwardingJob(handle) {
                @Override
                public void resume() {
                    super.resume();
                    runNow();
                }
            };
        }
    }

    /** Tells the failure of a run as a failure of its own. */
    @Breaks(value = "JS-9", in = JobSchedulerRules.class, says = "stage of runNow")
    public static final class RunNowThrows extends BrokenSchedulerProvider {
        @Override
        JobHandle handle(JobHandle handle) {
            return new ForwardingJob(handle) {
                @Override
                public CompletionStage<RunResult> runNow() {
                    return super.runNow()
                            .thenCompose(result -> result.error()
                                    .filter(error -> handle.isPaused())
                                    .map(CompletableFuture::<RunResult>failedFuture)
                                    .orElse(CompletableFuture.completedFuture(result)));
                }
            };
        }
    }

    /** Says that a job is gone while a run of it goes on. */
    @Breaks(value = "JS-9", in = JobSchedulerRules.class, says = "unregister of a job whose run ignores its end")
    public static final class ForgetsRuns extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public boolean unregister(String job, Duration maxWait) {
                    boolean known = job(job).isPresent();
                    super.unregister(job, maxWait);
                    return known;
                }
            };
        }
    }

    /** Remembers the last run only. */
    @Breaks(value = "JS-10", in = JobSchedulerRules.class, says = "history of 20 runs")
    public static final class NoHistory extends BrokenSchedulerProvider {
        @Override
        SchedulerSpec settings(SchedulerSpec spec) {
            return spec.withHistorySize(1);
        }
    }

    /** Tells the point that it waits for only when it is not asked for it. */
    @Breaks(value = "JS-10", in = JobSchedulerRules.class, says = "next fire time of a job at midnight")
    public static final class NextFireTimeOneLate extends BrokenSchedulerProvider {
        @Override
        JobHandle handle(JobHandle handle) {
            return new ForwardingJob(handle) {
                @Override
                public Optional<Instant> nextFireTime() {
                    return super.nextFireTime().map(point -> point.plus(Duration.ofDays(1)));
                }
            };
        }
    }
}
