package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Misfire;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobSchedulerRules;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Schedulers that start runs when they should not, or do not tell about them: JS-1 to JS-3, JS-14. */
final class BrokenSchedulers {
    private BrokenSchedulers() {}

    /** Counts a period from the end of the run before. */
    @Breaks(value = "JS-1", in = JobSchedulerRules.class, says = "start of run 2")
    public static final class DriftingGrid extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return spec.trigger() instanceof Trigger.Every every
                            && spec.initialDelay().isEmpty()
                            && spec.maxConcurrent() == 1
                    ? withoutTrigger(spec).withDelay(every.period()).build()
                    : spec;
        }
    }

    /** Runs each job as soon as it is started, as schedulers with an initial delay of zero do. */
    @Breaks(value = "JS-1", in = JobSchedulerRules.class, says = "start of the first run")
    public static final class FirstRunAtOnce extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return spec.trigger() instanceof Trigger.WithDelay
                            && spec.initialDelay().isEmpty()
                    ? copy(spec).initialDelay(Duration.ZERO).build()
                    : spec;
        }
    }

    /** Counts the delay from the start of the run before. */
    @Breaks(value = "JS-1", in = JobSchedulerRules.class, says = "second start after the end of the first")
    public static final class DelayFromTheStart extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return spec.trigger() instanceof Trigger.WithDelay delay
                            && delay.delay().compareTo(Duration.ofSeconds(5)) < 0
                    ? withoutTrigger(spec).every(delay.delay()).build()
                    : spec;
        }
    }

    /** As the Go seed: all jobs of a period are due at the same instant. */
    @Breaks(value = "JS-1", in = JobSchedulerRules.class, says = "jitters of 8 jobs")
    public static final class NoJitter extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).jitter(Duration.ZERO).build();
        }
    }

    /** Takes an instant that is two milliseconds away for now, as Quartz does. */
    @Breaks(value = "JS-1", in = JobSchedulerRules.class, says = "by the wall clock")
    public static final class EarlyCron extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            KernelClock real = node.clock();
            KernelClock fast = new KernelClock() {
                @Override
                public long nanoTime() {
                    return real.nanoTime();
                }

                @Override
                public long wallMillis() {
                    return real.wallMillis() + 2;
                }

                @Override
                public void park(long untilNanos) throws InterruptedException {
                    real.park(untilNanos);
                }

                @Override
                public void unpark(Thread thread) {
                    real.unpark(thread);
                }
            };
            return new TckNode(node.identity(), fast, node.threads(), node.listener());
        }
    }

    /** Knows a limit for each job, and none for all of them. */
    @Breaks(value = "JS-2", in = JobSchedulerRules.class, says = "most runs at once with a limit of 2")
    public static final class NoLimit extends BrokenSchedulerProvider {
        @Override
        SchedulerSpec settings(SchedulerSpec spec) {
            return new SchedulerSpec(spec.name(), OptionalInt.of(1_000), spec.historySize(), spec.resolution());
        }
    }

    /** Runs one job at a time unless told otherwise, as a pool of one thread does. */
    @Breaks(value = "JS-2", in = JobSchedulerRules.class, says = "16 of 20 jobs without a limit run at once")
    public static final class OneThread extends BrokenSchedulerProvider {
        @Override
        SchedulerSpec settings(SchedulerSpec spec) {
            return spec.limit().isEmpty() ? spec.withLimit(4) : spec;
        }
    }

    /** Starts a run at each point, whether the one before has ended or not. */
    @Breaks(value = "JS-2", in = JobSchedulerRules.class, says = "runs at once of a job with the default of 1")
    public static final class OverlappingRuns extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).maxConcurrent(spec.maxConcurrent() + 1_000).build();
        }
    }

    /** As the Go seed: one point is kept during a long run, and runs right after it. */
    @Breaks(value = "JS-2", in = JobSchedulerRules.class, says = "runs kept by a job with SKIP")
    public static final class BufferedTick extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).overlap(Overlap.QUEUE_ONE).build();
        }
    }

    /** As the Go seed: a job that gets no permit waits, and nobody is told. */
    @Breaks(value = "JS-2", in = JobSchedulerRules.class, says = "tells that the job waits")
    public static final class SilentStarvation extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onJobStarved(JobEvent.Starved event) {}
            });
        }
    }

    /** Makes up for every missed point, one run after the other, as the executors of the JDK do. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "after a pause from 0 to 45 s")
    public static final class CatchUpStorm extends BrokenSchedulerProvider {
        private volatile Optional<JobScheduler> last = Optional.empty();

        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onJobMissed(JobEvent.Missed event) {
                    super.onJobMissed(event);
                    last.ifPresent(scheduler -> node.threads()
                            .newThread(() -> makeUp(scheduler, event))
                            .start());
                }
            });
        }

        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            last = Optional.of(real);
            return real;
        }

        private static void makeUp(JobScheduler scheduler, JobEvent.Missed event) {
            JobHandle job = scheduler.job(event.job()).orElseThrow();
            for (long i = 0; i < event.count(); i++) {
                job.runNow().toCompletableFuture().join();
            }
        }
    }

    /** Knows one way to treat points that were missed: one run for all of them. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "starts of a job with a period of 10 s after a pause")
    public static final class AlwaysMakesUp extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).misfire(Misfire.RUN_ONCE).build();
        }
    }

    /** Forgets the points of cron jobs that were missed. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "ten points of a cron job were missed")
    public static final class NeverMakesUp extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).misfire(Misfire.SKIP_TO_NEXT).build();
        }
    }

    /** Leaves out every point that it does not meet to the millisecond. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "after a pause from 0 to 19 s")
    public static final class NoGrace extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).misfireGrace(Duration.ZERO).build();
        }
    }

    /** Leaves points out, and nobody is told. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "reports of missed points")
    public static final class SilentMisses extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onJobMissed(JobEvent.Missed event) {}
            });
        }
    }

    /** Begins its life at the start. */
    @Breaks(value = "JS-3", in = JobSchedulerRules.class, says = "a point of the last ten minutes is made up for")
    public static final class RecoversNothing extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).recoverWithin(Duration.ZERO).build();
        }
    }

    /** Spreads jobs of one period by chance, so that they do not all come at once. */
    @Breaks(value = "JS-14", in = JobSchedulerRules.class, says = "runs of ten minutes")
    public static final class SpreadByChance extends BrokenSchedulerProvider {
        private final Random random = new Random();

        @Override
        JobSpec job(JobSpec spec) {
            return spec.trigger() instanceof Trigger.Every every
                            && spec.initialDelay().equals(Optional.of(every.period()))
                            && every.period().compareTo(Duration.ofSeconds(30)) >= 0
                    ? copy(spec)
                            .initialDelay(every.period().plusMillis(1 + random.nextInt(1_000)))
                            .build()
                    : spec;
        }
    }
}
