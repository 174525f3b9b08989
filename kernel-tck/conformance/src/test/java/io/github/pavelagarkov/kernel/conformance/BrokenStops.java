package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobStopRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/** Schedulers that do not stop as they should: JS-5. */
final class BrokenStops {
    private BrokenStops() {}

    /** Waits for all runs first, and then as long again for what it has interrupted. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "how long a stop with 10 s took")
    public static final class WaitsTwice extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            return real.stop(maxWait.multipliedBy(2));
        }
    }

    /** As the Go seed: waits without a bound for runs that ignore their end. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "stop(PT10S) returns")
    public static final class WaitsForEver extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            // Only where a test has this much patience; a restart would never come otherwise.
            return real.stop(maxWait.compareTo(Duration.ofSeconds(10)) == 0 ? Duration.ofDays(1) : maxWait);
        }
    }

    /** Lets a point that was due a moment before the stop have its run. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "runs begun, after the stop")
    public static final class LateTick extends BrokenSchedulerProvider {
        private volatile Callable<Void> last = () -> null;

        @Override
        JobTask task(JobTask task) {
            return context -> {
                last = () -> {
                    task.run(context);
                    return null;
                };
                task.run(context);
            };
        }

        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            StopReport report = real.stop(maxWait);
            if (report.completed() + report.cancelled() + report.abandoned().size() == 0) {
                Callable<Void> late = last;
                node.threads()
                        .newThread(new FutureTask<>(() -> {
                            node.clock()
                                    .park(node.clock().nanoTime()
                                            + Duration.ofSeconds(1).toNanos());
                            return late.call();
                        }))
                        .start();
            }
            return report;
        }
    }

    /** Has its stops done by a thread of its own, which cannot know that a run waits for them. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "called by the only run")
    public static final class WaitsForItself extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            CompletableFuture<StopReport> report = new CompletableFuture<>();
            try {
                node.threads()
                        .newThread(() -> report.complete(real.stop(maxWait)))
                        .start();
            } catch (RejectedExecutionException e) {
                return real.stop(maxWait);
            }
            return report.join();
        }
    }

    /** As Quartz: who stops second is told at once that nothing is left. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "report of the second stop")
    public static final class SecondStopReturnsAtOnce extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            return real.state() == JobScheduler.State.STOPPING
                    ? new StopReport(real.name(), Duration.ZERO, 0, 0, 0, List.of())
                    : real.stop(maxWait);
        }
    }

    /** Counts what it leaves, and does not say where it hangs. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "its stack")
    public static final class NoFrames extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            StopReport report = real.stop(maxWait);
            return new StopReport(
                    report.scheduler(),
                    report.took(),
                    report.completed(),
                    report.cancelled(),
                    report.droppedQueued(),
                    report.abandoned().stream()
                            .map(run -> new StopReport.AbandonedRun(run.job(), run.runId(), run.thread(), List.of()))
                            .toList());
        }
    }

    /** Has one way to stop: at once. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "when stopRequested() told a run to end")
    public static final class AlwaysImmediate extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).stopMode(StopMode.IMMEDIATE).build();
        }
    }

    /** Has one way to stop: as late as possible. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "interrupt after the stop")
    public static final class NeverImmediate extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).stopMode(StopMode.GRACEFUL).build();
        }
    }

    /** As the Go seed: a graceful run cannot learn that a stop is requested. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "when stopRequested() told a run to end")
    public static final class NeverAsks extends BrokenSchedulerProvider {
        @Override
        JobTask task(JobTask task) {
            return context -> task.run(new ForwardingContext(context) {
                @Override
                public boolean stopRequested() {
                    return false;
                }
            });
        }
    }

    /** Interrupts in the moment it cancels: a run that looks at its token has no time to end in order. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "interrupt after the stop")
    public static final class InterruptsAtOnce extends BrokenSchedulerProvider {
        @Override
        JobTask task(JobTask task) {
            return context -> {
                Thread own = Thread.currentThread();
                try (var unused = context.cancellation().onCancel(own::interrupt)) {
                    task.run(context);
                }
            };
        }
    }

    /** Tells nothing of the runs that were queued. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "queued runs dropped")
    public static final class NoQueue extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return spec.overlap() == Overlap.QUEUE_ONE
                    ? copy(spec).overlap(Overlap.SKIP).build()
                    : spec;
        }
    }

    /** Tells the next point of a job that has none any more. */
    @Breaks(value = "JS-5", in = JobStopRules.class, says = "next fire time of a stopped job")
    public static final class PointsAfterTheStop extends BrokenSchedulerProvider {
        @Override
        JobHandle handle(JobHandle handle) {
            return new ForwardingJob(handle) {
                @Override
                public Optional<Instant> nextFireTime() {
                    return Optional.of(super.nextFireTime().orElse(Instant.EPOCH));
                }
            };
        }
    }
}
