package io.github.pavelagarkov.kernel.core.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.State;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent.SignalResult;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the Go library gets wrong in its readiness barrier. */
class GoSeedReadinessDefectsTest {
    private final ReadinessBarrier barrier =
            SnapshotReadinessBarrier.create(KernelClock.system(), KernelThreads.system(), Events.none());

    @Test
    void b1_signalIsAppliedNotQueuedWhenItsCallReturns() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        int stale = 0;

        for (int i = 0; i < 10_000; i++) {
            part.ready();
            stale += barrier.isReady() ? 0 : 1;
            part.notReady("round");
            stale += barrier.isReady() ? 1 : 0;
        }

        assertThat(stale).isZero();
    }

    @Test
    void b2_endOfTheProcessIsNeverReadyAndNoSignalPretendsToWork() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();

        barrier.beginShutdown("the context is cancelled");

        assertThat(barrier.isReady()).isFalse();
        for (int i = 0; i < 100; i++) {
            assertThat(part.ready()).isEqualTo(SignalResult.SHUTTING_DOWN);
        }
    }

    @Test
    void b3_signalWhileStoppedIsNotAppliedToTheNextRun() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");

        for (int i = 0; i < 1_000; i++) {
            barrier.stop();
            assertThat(part.ready()).isEqualTo(SignalResult.NOT_RUNNING);
            barrier.start();
            assertThat(barrier.isReady()).isFalse();
            assertThat(part.ready()).isEqualTo(SignalResult.APPLIED);
        }
    }

    @Test
    void b4_startAndStopFromManyThreadsBlockNobody() throws Exception {
        ReadinessComponent part = barrier.component("part");
        CountDownLatch go = new CountDownLatch(1);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean starts = i % 2 == 0;
            Thread thread = KernelThreads.system().newThread("side-" + i, () -> {
                try {
                    go.await();
                    for (int round = 0; round < 2_000; round++) {
                        if (starts) {
                            barrier.start();
                            part.ready();
                        } else {
                            barrier.stop();
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        barrier.stop();
        assertThat(failures).isEmpty();
        assertThat(barrier.snapshot().state()).isEqualTo(State.STOPPED);
        assertThat(barrier.isReady()).isFalse();
        barrier.start();
        assertThat(part.ready()).isEqualTo(SignalResult.APPLIED);
        assertThat(barrier.isReady()).isTrue();
    }

    @Test
    void b5_everySignalIsAMethodSoThatNoneIsIgnored() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");

        assertThat(List.of(part.ready(), part.ready(), part.notReady("why")))
                .containsExactly(SignalResult.APPLIED, SignalResult.UNCHANGED, SignalResult.APPLIED);
    }

    @Test
    void b6_subsystemsDoNotOverwriteEachOther() {
        barrier.start();
        ReadinessComponent database = barrier.component("database");
        ReadinessComponent cache = barrier.component("cache");
        database.notReady("no connection");

        cache.ready();

        assertThat(barrier.isReady()).isFalse();
        assertThat(barrier.snapshot().reason()).isEqualTo("database: no connection");
    }

    @Test
    void b7_stopIsNotReadyInItsFirstStep() throws Exception {
        barrier.start();
        barrier.component("part").ready();
        CountDownLatch told = new CountDownLatch(1);
        List<Boolean> ready = new CopyOnWriteArrayList<>();
        barrier.addListener((previous, current) -> {
            ready.add(current.ready());
            told.countDown();
        });

        barrier.stop();
        told.await();

        assertThat(ready).containsExactly(false);
    }
}
