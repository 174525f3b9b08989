package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobRunRules;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/** Schedulers that start runs in time, and do not look after them: JS-4, JS-7. */
final class BrokenRuns {
    private BrokenRuns() {}

    /** As most schedulers: a run may take for ever. */
    @Breaks(value = "JS-4", in = JobRunRules.class, says = "has ended")
    public static final class NoDeadline extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return copy(spec).deadline(Duration.ofDays(1)).build();
        }
    }

    /** As the Go seed: a deadline asks, and nothing ends a run that does not listen. */
    @Breaks(value = "JS-4", in = JobRunRules.class, says = "the run of job 'slow' has ended")
    public static final class DeadlineOnlyAsks extends BrokenSchedulerProvider {
        private volatile ThreadFactory threads = Thread::new;

        @Override
        TckNode node(TckNode node) {
            threads = node.threads();
            return node;
        }

        @Override
        JobTask task(JobTask task) {
            return context -> {
                if (context.remaining().isPresent()) {
                    outOfReach(() -> {
                        task.run(context);
                        return null;
                    });
                } else {
                    task.run(context);
                }
            };
        }

        private void outOfReach(Callable<Void> call) throws Exception {
            FutureTask<Void> elsewhere = new FutureTask<>(call);
            threads.newThread(elsewhere).start();
            boolean interrupted = false;
            while (!elsewhere.isDone()) {
                interrupted |= isInterruptedBeforeTheEndOf(elsewhere);
            }
            try {
                elsewhere.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static boolean isInterruptedBeforeTheEndOf(Future<?> future) {
            try {
                future.get();
                return false;
            } catch (InterruptedException e) {
                return true;
            } catch (ExecutionException e) {
                // Told by the next get.
                return false;
            }
        }
    }

    /** Believes a task that returns: it has succeeded, however long it took. */
    @Breaks(value = "JS-4", in = JobRunRules.class, says = "outcome of a task that returns late")
    public static final class LateIsFine extends BrokenSchedulerProvider {
        @Override
        JobHandle handle(JobHandle handle) {
            return new ForwardingJob(handle) {
                @Override
                public CompletionStage<RunResult> runNow() {
                    return super.runNow().thenApply(LateIsFine::believe);
                }
            };
        }

        private static RunResult believe(RunResult run) {
            return run.outcome() == Outcome.TIMED_OUT && run.error().isEmpty()
                    ? new RunResult(
                            run.job(),
                            run.runId(),
                            run.correlationId(),
                            run.fire(),
                            run.scheduled(),
                            run.lateness(),
                            run.took(),
                            Outcome.SUCCESS,
                            run.error())
                    : run;
        }
    }

    /** Gives up on a run that ignores its end, and nobody is told. */
    @Breaks(value = "JS-4", in = JobRunRules.class, says = "a JobEvent.Stuck has been told twice")
    public static final class SilentlyStuck extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onJobStuck(JobEvent.Stuck event) {}
            });
        }
    }

    /** As the scheduled executor of the JDK: a job that throws is never run again. */
    @Breaks(value = "JS-7", in = JobRunRules.class, says = "succeeds at a later point")
    public static final class DiesOfAnException extends BrokenSchedulerProvider {
        private final Map<String, JobHandle> jobs = new ConcurrentHashMap<>();

        @Override
        JobHandle handle(JobHandle handle) {
            jobs.put(handle.name(), handle);
            return handle;
        }

        @Override
        JobTask task(JobTask task) {
            return context -> {
                try {
                    task.run(context);
                } catch (Throwable e) {
                    Optional.ofNullable(jobs.get(context.jobName())).ifPresent(JobHandle::pause);
                    throw e;
                }
            };
        }
    }

    /** As the Go seed: what looks like a cancellation is not told, whoever threw it. */
    @Breaks(value = "JS-7", in = JobRunRules.class, says = "errors told, each once")
    public static final class SwallowsCancellations extends BrokenSchedulerProvider {
        @Override
        JobTask task(JobTask task) {
            return context -> {
                try {
                    task.run(context);
                } catch (CancellationException e) {
                    // "context cancelled" is no error.
                }
            };
        }
    }

    /** As the Go seed: a failure is told where it happened, and again where it was caught. */
    @Breaks(value = "JS-7", in = JobRunRules.class, says = "errors told, each once")
    public static final class TellsFailuresTwice extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onJobFinished(JobEvent.Finished event) {
                    super.onJobFinished(event);
                    if (event.result().error().isPresent()) {
                        super.onJobFinished(event);
                    }
                }
            });
        }
    }

    /** Takes the end of its process for one more failed run. */
    @Breaks(value = "JS-7", in = JobRunRules.class, says = "a KernelEvent.Fatal tells of it")
    public static final class NothingIsFatal extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withListener(node, new JobEventFilter(node.listener()) {
                @Override
                public void onFatal(KernelEvent.Fatal event) {}
            });
        }
    }
}
