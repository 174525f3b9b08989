package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseErrors;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The engines of kernel-core over a lease store. */
abstract class EngineFixture implements KernelFixture {
    /** {@return this node's client of the store} */
    abstract LeaseStore store(TckNode node);

    /** {@return the version of kernel-core, out of its jar} */
    static String version() {
        return Optional.ofNullable(LeaseLeaderElector.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    static KernelThreads threads(TckNode node) {
        return KernelThreads.of(node.threads());
    }

    static Events events(TckNode node) {
        return event -> node.listener().onEvent(event.get());
    }

    @Override
    public Optional<LeaderElector> elector(TckNode node) {
        return Optional.of(LeaseLeaderElector.create(
                store(node), node.identity(), node.clock(), threads(node), events(node), OverrunHandler.none()));
    }

    @Override
    public Optional<LeaseStore> leaseStore(TckNode node) {
        return Optional.of(store(node));
    }

    @Override
    public Optional<DistributedLock> lock(TckNode node) {
        return Optional.of(LeaseDistributedLock.create(
                store(node),
                node.identity(),
                node.clock(),
                threads(node),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                events(node)));
    }

    @Override
    public Optional<JobScheduler> scheduler(SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
        return Optional.of(HeapJobScheduler.create(spec, node.clock(), threads(node), carriers, events(node)));
    }

    @Override
    public Optional<ShutdownRegistry> shutdownRegistry(ShutdownSpec spec, ReadinessBarrier readiness, TckNode node) {
        return Optional.of(PhasedShutdownRegistry.create(spec, readiness, node.clock(), threads(node), events(node)));
    }

    @Override
    public Optional<ReadinessBarrier> readinessBarrier(TckNode node) {
        return Optional.of(SnapshotReadinessBarrier.create(node.clock(), threads(node), events(node)));
    }

    @Override
    public Optional<ClickHouseErrorPolicy> clickHouseErrorPolicy() {
        return Optional.of(ClickHouseErrors.standard());
    }
}
