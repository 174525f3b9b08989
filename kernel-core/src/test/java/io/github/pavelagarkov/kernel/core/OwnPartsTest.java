package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CF-5: what a user brings is what the kernel uses. */
@Timeout(60)
final class OwnPartsTest {
    private final KernelFixture on = new KernelFixture();
    private final KernelThreads threads = KernelThreads.of(on.clock.threads());
    private final LeaseStore leases = new InMemoryLeaseStore(on.clock);

    @Test
    void cf5_anElectorOfTheUserLeadsTheWork() {
        LeaderElector own =
                LeaseLeaderElector.create(leases, "own", on.clock, threads, Events.none(), OverrunHandler.none());
        Kernel kernel =
                on.bare().elector(own).supervise("cron", on.work("work")).build();

        kernel.start();
        on.clock.advance(Duration.ofMillis(10));

        assertThat(kernel.elector()).isSameAs(own);
        assertThat(own.election("cron").orElseThrow().isLeader()).isTrue();
        assertThat(on.log).containsExactly("work started");
        on.stop(kernel);
        assertThat(on.log).containsExactly("work started", "work stopped CLOSED");
    }

    @Test
    void cf5_locksOfTheUserAreHandedOut() {
        DistributedLock own = LeaseDistributedLock.create(
                leases, "own", on.clock, threads, Duration.ofSeconds(1), Duration.ofSeconds(5), Events.none());
        Kernel kernel = on.builder().locks(own).build();

        assertThat(kernel.locks()).isSameAs(own);
        on.stop(kernel);
    }

    @Test
    void cf5_aSchedulerOfTheUserRunsJobsFromStartToStop() {
        JobScheduler own =
                HeapJobScheduler.create(SchedulerSpec.of("jobs"), on.clock, threads, List.of(), Events.none());
        Kernel kernel = on.bare()
                .ownScheduler(own)
                .job(JobSpec.named("tick")
                        .every(Duration.ofSeconds(1))
                        .task(context -> on.log.add("tick"))
                        .build())
                .build();

        kernel.start();
        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(kernel.scheduler("jobs")).isSameAs(own);
        assertThat(on.log).containsExactly("tick");
        on.stop(kernel);
        assertThat(own.state()).isEqualTo(JobScheduler.State.STOPPED);
    }

    @Test
    void cf5_aSchedulerOfTheUserHasNoSettings() {
        JobScheduler own =
                HeapJobScheduler.create(SchedulerSpec.of("mail"), on.clock, threads, List.of(), Events.none());

        assertThatThrownBy(() -> on.bare("kernel.scheduler.names", "mail")
                        .ownScheduler(own)
                        .build())
                .hasMessageContaining(
                        "kernel.scheduler.names = 'mail' (code): scheduler 'mail' is given as an object, so it"
                                + " must not have settings too");
    }

    @Test
    void cf5_aBarrierAndARegistryOfTheUserAreUsed() {
        ReadinessBarrier barrier = SnapshotReadinessBarrier.create(on.clock, threads, Events.none());
        ShutdownRegistry registry =
                PhasedShutdownRegistry.create(ShutdownSpec.defaults(), barrier, on.clock, threads, Events.none());
        Kernel kernel = on.bare()
                .readiness(barrier)
                .shutdown(registry)
                .hook(on.logs("hook", ShutdownRegistry.LOW))
                .build();
        kernel.start();
        assertThat(barrier.isReady()).isTrue();

        registry.shutdown("by the user");

        assertThat(kernel.readiness()).isSameAs(barrier);
        assertThat(kernel.shutdown()).isSameAs(registry);
        assertThat(barrier.isReady()).isFalse();
        assertThat(on.log).containsExactly("hook");
        kernel.close();
    }

    @Test
    void cf5_aKernelThatRunsWaitsForTheRegistryOfTheUser() {
        ReadinessBarrier barrier = SnapshotReadinessBarrier.create(on.clock, threads, Events.none());
        ShutdownRegistry registry =
                PhasedShutdownRegistry.create(ShutdownSpec.defaults(), barrier, on.clock, threads, Events.none());
        ShutdownEnd end = ShutdownEnd.of(on.bare().shutdown(registry).plan, barrier, Events.none(), () -> true);
        CompletableFuture<Boolean> clean = new CompletableFuture<>();
        on.spawn(() -> {
            try {
                clean.complete(end.await().clean());
            } catch (InterruptedException e) {
                clean.completeExceptionally(e);
            }
        });
        on.clock.settle();
        assertThat(clean).isNotDone();

        registry.shutdown("by the user");
        on.clock.settle();

        assertThat(clean).isCompletedWithValue(true);
    }
}
