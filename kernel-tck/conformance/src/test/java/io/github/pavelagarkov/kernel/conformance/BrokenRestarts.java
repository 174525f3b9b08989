package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobStopRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Schedulers that do not start again as they should, or cannot do without threads: JS-6, JS-12. */
final class BrokenRestarts {
    private BrokenRestarts() {}

    /** As Quartz: cannot be started again. */
    @Breaks(value = "JS-6", in = JobStopRules.class, says = "cannot be restarted")
    public static final class NoRestart extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public void start() {
                    if (state() == State.STOPPED) {
                        throw new IllegalStateException("scheduler '" + name() + "' cannot be restarted");
                    }
                    super.start();
                }
            };
        }
    }

    /** As the Go seed: a start begins anew, and knows nothing of the runs that the stop has left. */
    @Breaks(value = "JS-6", in = JobStopRules.class, says = "after a restart")
    public static final class OverlappingGenerations extends BrokenSchedulerProvider {
        @Override
        JobScheduler engine(MemoryFixture fixture, SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
            return new Generations(() -> super.engine(fixture, spec, carriers, node));
        }
    }

    /** A scheduler for each start. */
    private static final class Generations extends ForwardingScheduler {
        private final Supplier<JobScheduler> engines;
        private final JobScheduler first;
        private volatile Optional<JobScheduler> now = Optional.empty();

        Generations(Supplier<JobScheduler> engines) {
            this(engines, engines.get());
        }

        private Generations(Supplier<JobScheduler> engines, JobScheduler first) {
            super(first);
            this.engines = engines;
            this.first = first;
        }

        private JobScheduler now() {
            return now.orElse(first);
        }

        @Override
        public State state() {
            return now().state();
        }

        @Override
        public void start() {
            JobScheduler before = now();
            if (before.state() == State.STOPPED) {
                JobScheduler next = engines.get();
                before.jobs().forEach(job -> next.register(job.spec()));
                now = Optional.of(next);
            }
            now().start();
        }

        @Override
        public StopReport stop(Duration maxWait) {
            return now().stop(maxWait);
        }

        @Override
        public StopReport stop(Duration maxWait, CancelReason reason) {
            return now().stop(maxWait, reason);
        }

        @Override
        public void close() {
            super.close();
            now().close();
        }
    }

    /** As the Go seed: a start during a stop joins in. */
    @Breaks(value = "JS-6", in = JobStopRules.class, says = "start while STOPPING")
    public static final class StartsWhileStopping extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public void start() {
                    if (state() != State.STOPPING) {
                        super.start();
                    }
                }
            };
        }
    }

    /** Gives up a job for which there was no thread once. */
    @Breaks(value = "JS-12", in = JobStopRules.class, says = "a job whose runs are refused stays scheduled")
    public static final class RefusalIsFinal extends BrokenSchedulerProvider {
        private final Set<JobHandle> jobs = ConcurrentHashMap.newKeySet();

        @Override
        JobHandle handle(JobHandle handle) {
            jobs.add(handle);
            return handle;
        }

        @Override
        TckNode node(TckNode node) {
            return withThreads(node, task -> {
                try {
                    return node.threads().newThread(task);
                } catch (RejectedExecutionException e) {
                    jobs.forEach(JobHandle::pause);
                    throw e;
                }
            });
        }
    }

    /** Makes threads of its own where the container refuses one. */
    @Breaks(value = "JS-12", in = JobStopRules.class, says = "REJECTED is counted")
    public static final class ThreadsOfItsOwn extends BrokenSchedulerProvider {
        @Override
        TckNode node(TckNode node) {
            return withThreads(node, task -> {
                try {
                    return node.threads().newThread(task);
                } catch (RejectedExecutionException e) {
                    return new Thread(task);
                }
            });
        }
    }

    /** Tells of every run that found no thread. */
    @Breaks(value = "JS-12", in = JobStopRules.class, says = "reports of refusals within a minute")
    public static final class TellsEveryRefusal extends BrokenSchedulerProvider {
        private volatile Optional<JobEvent.Finished> told = Optional.empty();

        @Override
        TckNode node(TckNode node) {
            JobEventFilter listener = new JobEventFilter(node.listener()) {
                @Override
                public void onJobFinished(JobEvent.Finished event) {
                    if (event.result().outcome() == Outcome.REJECTED) {
                        told = Optional.of(event);
                    }
                    super.onJobFinished(event);
                }
            };
            return withThreads(withListener(node, listener), task -> {
                try {
                    return node.threads().newThread(task);
                } catch (RejectedExecutionException e) {
                    told.ifPresent(node.listener()::onJobFinished);
                    throw e;
                }
            });
        }
    }

    /** Needs a thread in order to stop. */
    @Breaks(value = "JS-12", in = JobStopRules.class, says = "the pool is full")
    public static final class StopNeedsAThread extends BrokenSchedulerProvider {
        @Override
        StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
            var unused = node.threads().newThread(() -> {});
            return real.stop(maxWait);
        }
    }
}
