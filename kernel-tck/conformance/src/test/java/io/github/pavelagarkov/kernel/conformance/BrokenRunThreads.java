package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.JobRunRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/** Schedulers that mix up what belongs to the threads of their runs: JS-13, JS-15. */
final class BrokenRunThreads {
    private BrokenRunThreads() {}

    /** Changes the contexts that runs get. */
    private abstract static class OtherContexts extends BrokenSchedulerProvider {
        abstract ContextCarrier changed(ContextCarrier real);

        @Override
        List<ContextCarrier> carriers(List<ContextCarrier> carriers) {
            return carriers.stream().map(this::changed).toList();
        }
    }

    /** Lets runs inherit whatever the thread had that registered their job. */
    @Breaks(value = "JS-13", in = JobRunRules.class, says = "context of a scheduled run")
    public static final class InheritsFromTheStarter extends OtherContexts {
        private volatile Optional<ContextCarrier.Snapshot> starters = Optional.empty();
        private volatile Optional<ContextCarrier> carrier = Optional.empty();

        @Override
        ContextCarrier changed(ContextCarrier real) {
            carrier = Optional.of(real);
            return new ContextCarrier() {
                @Override
                public Snapshot capture() {
                    return real.capture();
                }

                @Override
                public Snapshot clean() {
                    return starters.orElseGet(real::clean);
                }
            };
        }

        @Override
        JobSpec job(JobSpec spec) {
            starters = carrier.map(ContextCarrier::capture);
            return spec;
        }
    }

    /** As the Go seed: a run knows nothing of who asked for it. */
    @Breaks(value = "JS-13", in = JobRunRules.class, says = "context of a run by hand")
    public static final class ForgetsTheCaller extends OtherContexts {
        @Override
        ContextCarrier changed(ContextCarrier real) {
            return new ContextCarrier() {
                @Override
                public Snapshot capture() {
                    return real.clean();
                }

                @Override
                public Snapshot clean() {
                    return real.clean();
                }
            };
        }
    }

    /** Leaves the context of a run on its thread. */
    @Breaks(value = "JS-13", in = JobRunRules.class, says = "scopes closed after two runs")
    public static final class LeavesItsContext extends OtherContexts {
        @Override
        ContextCarrier changed(ContextCarrier real) {
            return new ContextCarrier() {
                @Override
                public Snapshot capture() {
                    return leaving(real.capture());
                }

                @Override
                public Snapshot clean() {
                    return leaving(real.clean());
                }
            };
        }

        private static ContextCarrier.Snapshot leaving(ContextCarrier.Snapshot real) {
            return new ContextCarrier.Snapshot() {
                @Override
                public ContextCarrier.Scope open(Map<String, String> fields) {
                    var unused = real.open(fields);
                    return () -> {};
                }

                @Override
                public Optional<String> field(String name) {
                    return real.field(name);
                }
            };
        }
    }

    /** Gives all runs of a scheduler one correlation id. */
    @Breaks(value = "JS-13", in = JobRunRules.class, says = "correlation ids")
    public static final class OneCorrelationId extends OtherContexts {
        private static final String SAME = "0123456789abcdef";

        @Override
        ContextCarrier changed(ContextCarrier real) {
            return new ContextCarrier() {
                @Override
                public Snapshot capture() {
                    return real.capture();
                }

                @Override
                public Snapshot clean() {
                    Snapshot clean = real.clean();
                    return fields -> {
                        Map<String, String> same = new HashMap<>(fields);
                        same.put("correlation_id", SAME);
                        return clean.open(same);
                    };
                }
            };
        }

        @Override
        JobTask task(JobTask task) {
            return context -> task.run(new ForwardingContext(context) {
                @Override
                public String correlationId() {
                    return fire() == Fire.MANUAL ? super.correlationId() : SAME;
                }
            });
        }
    }

    /** Runs on the threads of a pool, which keep what an interrupt has left on them. */
    @Breaks(value = "JS-15", in = JobRunRules.class, says = "threads that had been interrupted when a run began")
    public static final class PoolKeepsTheFlag extends BrokenSchedulerProvider {
        private final Set<Thread> interrupted = ConcurrentHashMap.newKeySet();

        @Override
        JobScheduler engine(MemoryFixture fixture, SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
            return HeapJobScheduler.create(
                    spec, node.clock(), new Pool(node.threads()), carriers, EngineFixture.events(node));
        }

        @Override
        JobTask task(JobTask task) {
            return context -> {
                if (interrupted.remove(Thread.currentThread())) {
                    Thread.currentThread().interrupt();
                }
                try {
                    task.run(context);
                } finally {
                    if (Thread.currentThread().isInterrupted()) {
                        interrupted.add(Thread.currentThread());
                    }
                }
            };
        }
    }

    /** Threads that take one task after the other; a new one is made when none is free. */
    private record Pool(ThreadFactory factory, BlockingQueue<Worker> free) implements KernelThreads {
        Pool(ThreadFactory factory) {
            this(factory, new LinkedBlockingQueue<>());
        }

        @Override
        public Thread newThread(String name, Runnable task) {
            return factory.newThread(task);
        }

        @Override
        public Executor executor(String name) {
            return task -> {
                Worker worker = free.poll();
                if (worker == null) {
                    worker = new Worker(new LinkedBlockingQueue<>(), free);
                    factory.newThread(worker).start();
                }
                worker.tasks.add(task);
            };
        }

        @Override
        public boolean virtual() {
            return false;
        }
    }

    private record Worker(BlockingQueue<Runnable> tasks, BlockingQueue<Worker> free) implements Runnable {
        @Override
        public void run() {
            try {
                while (true) {
                    tasks.take().run();
                    free.add(this);
                }
            } catch (InterruptedException e) {
                // Nobody does that on purpose: the thread of a pool that got a stranger's interrupt dies of it.
            }
        }
    }
}
