package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.util.List;
import java.util.Optional;

/**
 * Hands out the parts of an implementation to one test. Override what the implementation has; the rules of the rest are
 * reported as skipped.
 *
 * <p>The suite closes the electors, schedulers and stores it was given before it closes the fixture.
 */
public interface KernelFixture extends AutoCloseable {
    /**
     * {@return an elector of its own for this node, on the backend that all nodes of the fixture share}
     *
     * @param node the process it belongs to
     */
    default Optional<LeaderElector> elector(TckNode node) {
        return Optional.empty();
    }

    /**
     * {@return a client of its own for this node, on the backend that all nodes of the fixture share}
     *
     * @param node the process it belongs to
     */
    default Optional<LeaseStore> leaseStore(TckNode node) {
        return Optional.empty();
    }

    /**
     * {@return the locks of this node, on the backend that all nodes of the fixture share; closed after the test if they are
     * AutoCloseable}
     *
     * @param node the process they belong to
     */
    default Optional<DistributedLock> lock(TckNode node) {
        return Optional.empty();
    }

    /**
     * {@return a new scheduler, not started}
     *
     * @param spec what it is built with
     * @param carriers carry context into runs
     * @param node the process it belongs to
     */
    default Optional<JobScheduler> scheduler(SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
        return Optional.empty();
    }

    /**
     * {@return a new registry}
     *
     * @param spec what it is built with
     * @param readiness taken down first
     * @param node the process it belongs to
     */
    default Optional<ShutdownRegistry> shutdownRegistry(ShutdownSpec spec, ReadinessBarrier readiness, TckNode node) {
        return Optional.empty();
    }

    /**
     * {@return a new barrier, not started}
     *
     * @param node the process it belongs to
     */
    default Optional<ReadinessBarrier> readinessBarrier(TckNode node) {
        return Optional.empty();
    }

    /** {@return the decisions about failed ClickHouse calls} */
    default Optional<ClickHouseErrorPolicy> clickHouseErrorPolicy() {
        return Optional.empty();
    }

    /** {@return what the nodes share; needed for {@link Capability#BACKEND_CONTROL}} */
    default Optional<TckBackend> backend() {
        return Optional.empty();
    }

    /** {@return starts hosts; needed for the rules of hosts} */
    default Optional<TckHost> host() {
        return Optional.empty();
    }

    /** Frees everything, whatever the test has left behind. */
    @Override
    void close() throws Exception;
}
