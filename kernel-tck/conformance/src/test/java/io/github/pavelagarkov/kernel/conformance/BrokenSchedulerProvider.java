package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Has one place for each part of a scheduler that can be broken; each does nothing, unless told otherwise. */
abstract class BrokenSchedulerProvider extends MemoryProvider {
    /** {@return what the scheduler is built with} */
    SchedulerSpec settings(SchedulerSpec spec) {
        return spec;
    }

    /** {@return what carries context into runs} */
    List<ContextCarrier> carriers(List<ContextCarrier> carriers) {
        return carriers;
    }

    /** {@return clock, threads and listener of the scheduler} */
    TckNode node(TckNode node) {
        return node;
    }

    /** {@return what a job is registered with} */
    JobSpec job(JobSpec spec) {
        return spec;
    }

    /** {@return the code of a job} */
    JobTask task(JobTask task) {
        return task;
    }

    /** {@return the user's side of a job} */
    JobHandle handle(JobHandle handle) {
        return handle;
    }

    /** {@return the report of a stop} */
    StopReport stop(JobScheduler real, Duration maxWait, TckNode node) {
        return real.stop(maxWait);
    }

    /** {@return the scheduler} */
    JobScheduler scheduler(JobScheduler real, TckNode node) {
        return real;
    }

    /** {@return the engine, before any of this is put around it} */
    JobScheduler engine(MemoryFixture fixture, SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
        return fixture.scheduler(spec, carriers, node).orElseThrow();
    }

    /** {@return a builder with everything of a spec but its trigger} */
    static JobSpec.Builder withoutTrigger(JobSpec spec) {
        JobSpec.Builder copy = JobSpec.named(spec.name())
                .task(spec.task())
                .jitter(spec.jitter())
                .maxConcurrent(spec.maxConcurrent())
                .overlap(spec.overlap())
                .misfire(spec.misfire())
                .misfireGrace(spec.misfireGrace())
                .recoverWithin(spec.recoverWithin())
                .stopMode(spec.stopMode());
        spec.initialDelay().ifPresent(copy::initialDelay);
        spec.deadline().ifPresent(copy::deadline);
        return copy;
    }

    /** {@return a builder with everything of a spec} */
    static JobSpec.Builder copy(JobSpec spec) {
        return withoutTrigger(spec).trigger(spec.trigger());
    }

    /** {@return a node that tells somebody else} */
    static TckNode withListener(TckNode node, KernelListener listener) {
        return new TckNode(node.identity(), node.clock(), node.threads(), listener);
    }

    /** {@return a node with other threads} */
    static TckNode withThreads(TckNode node, ThreadFactory threads) {
        return new TckNode(node.identity(), node.clock(), threads, node.listener());
    }

    /** {@return the expression of a cron job, empty for others} */
    static Optional<Trigger.Cron> cron(JobSpec spec) {
        return spec.trigger() instanceof Trigger.Cron cron ? Optional.of(cron) : Optional.empty();
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        MemoryFixture engines = new MemoryFixture(new MemoryNetwork(setup));
        return new KernelFixture() {
            @Override
            public Optional<JobScheduler> scheduler(
                    SchedulerSpec spec, List<ContextCarrier> carriers, TckNode outside) {
                TckNode node = node(outside);
                JobScheduler real = engine(engines, settings(spec), carriers(carriers), node);
                JobScheduler changed = new ForwardingScheduler(real) {
                    @Override
                    public JobHandle register(JobSpec job) {
                        JobSpec inside = BrokenSchedulerProvider.this.job(
                                copy(job).task(task(job.task())).build());
                        return handle(super.register(inside));
                    }

                    @Override
                    public StopReport stop(Duration maxWait) {
                        return BrokenSchedulerProvider.this.stop(real, maxWait, node);
                    }

                    @Override
                    public Optional<JobHandle> job(String name) {
                        return super.job(name).map(BrokenSchedulerProvider.this::handle);
                    }
                };
                return Optional.of(BrokenSchedulerProvider.this.scheduler(changed, node));
            }

            @Override
            public void close() {
                engines.close();
            }
        };
    }
}
