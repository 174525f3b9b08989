package io.github.pavelagarkov.kernel.core.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.event.RecordedEvents;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.State;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent.SignalResult;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadinessRulesTest {
    private final TestClock clock = new TestClock();
    private final KernelThreads threads = KernelThreads.of(clock.threads());
    private final RecordedEvents events = new RecordedEvents();
    private final ReadinessBarrier barrier = SnapshotReadinessBarrier.create(clock, threads, events);

    private static ReadinessBarrier real() {
        return SnapshotReadinessBarrier.create(KernelClock.system(), KernelThreads.system(), Events.none());
    }

    @Test
    void rb1_notReadyUntilEveryComponentIs() {
        assertThat(barrier.snapshot().reason()).isEqualTo("not started");
        barrier.start();
        assertThat(barrier.snapshot().reason()).isEqualTo("no component is registered");

        ReadinessComponent database = barrier.component("database");
        ReadinessComponent cache = barrier.component("cache");
        database.ready();
        cache.notReady("warming up");
        assertThat(barrier.isReady()).isFalse();
        assertThat(barrier.snapshot().reason()).isEqualTo("cache: warming up");

        cache.ready();
        assertThat(barrier.isReady()).isTrue();
        assertThat(barrier.snapshot().reason()).isEmpty();

        barrier.component("late");
        assertThat(barrier.snapshot().reason()).isEqualTo("late: registered");
        assertThat(barrier.remove("late")).isTrue();
        assertThat(barrier.isReady()).isTrue();
    }

    @Test
    void rb2_signalIsInForceWhenItsCallReturns() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");

        for (int i = 0; i < 10_000; i++) {
            assertThat(part.ready()).isEqualTo(SignalResult.APPLIED);
            assertThat(barrier.isReady()).isTrue();
            assertThat(part.notReady("round")).isEqualTo(SignalResult.APPLIED);
            assertThat(barrier.isReady()).isFalse();
        }
    }

    @Test
    void rb2_everySignalTellsWhatBecameOfIt() {
        ReadinessComponent part = barrier.component("part");
        assertThat(part.ready()).isEqualTo(SignalResult.NOT_RUNNING);

        barrier.start();
        assertThat(part.ready()).isEqualTo(SignalResult.APPLIED);
        assertThat(part.ready()).isEqualTo(SignalResult.UNCHANGED);
        assertThat(part.notReady("a")).isEqualTo(SignalResult.APPLIED);
        assertThat(part.notReady("b")).isEqualTo(SignalResult.APPLIED);

        barrier.remove("part");
        ReadinessComponent successor = barrier.component("part");
        assertThat(part.ready()).isEqualTo(SignalResult.NOT_RUNNING);
        assertThat(part.status().reason()).isEqualTo("removed");
        assertThat(successor.ready()).isEqualTo(SignalResult.APPLIED);

        barrier.beginShutdown("SIGTERM");
        assertThat(successor.notReady("x")).isEqualTo(SignalResult.SHUTTING_DOWN);
    }

    @Test
    void rb2_nothingStaleSurvivesStopAndStart() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();

        barrier.stop();
        assertThat(part.ready()).isEqualTo(SignalResult.NOT_RUNNING);
        barrier.start();

        assertThat(barrier.isReady()).isFalse();
        assertThat(part.status().reason()).isEqualTo("stopped");
    }

    @Test
    void rb3_readingGoesOnWhileAListenerHangs() throws Exception {
        ReadinessBarrier onReal = real();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        onReal.addListener((previous, current) -> {
            hanging.countDown();
            awaitQuietly(release);
        });
        onReal.start();
        hanging.await();

        onReal.component("part").ready();

        assertThat(onReal.isReady()).isTrue();
        release.countDown();
    }

    @Test
    void rb4_snapshotKnowsNamesReasonsAndTimes() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        clock.advance(Duration.ofSeconds(5));
        part.notReady("disk full");
        clock.advance(Duration.ofSeconds(5));
        barrier.component("other");

        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(barrier.snapshot().components().get("part"))
                .isEqualTo(new ReadinessSnapshot.Status(false, "disk full", start.plusSeconds(5)));
        assertThat(barrier.snapshot().components().keySet()).containsExactly("part", "other");
        assertThat(barrier.snapshot().since()).isEqualTo(start);
        assertThat(barrier.snapshot().version()).isEqualTo(4);
        assertThatIllegalArgumentException().isThrownBy(() -> barrier.component("Bad Name"));
    }

    @Test
    void rb4_noUpdateIsLostUnderConcurrentSignals() throws Exception {
        ReadinessBarrier onReal = real();
        onReal.start();
        int writers = 8;
        int rounds = 5_000;
        AtomicInteger applied = new AtomicInteger();

        inParallel(writers, writer -> {
            ReadinessComponent own = onReal.component("writer-" + writer);
            for (int i = 0; i < rounds; i++) {
                SignalResult result = i % 2 == 0 ? own.ready() : own.notReady("round " + i);
                if (result == SignalResult.APPLIED) {
                    applied.incrementAndGet();
                }
                boolean expected = i % 2 == 0;
                if (own.status().ready() != expected) {
                    throw new AssertionError("writer " + writer + " lost its signal of round " + i);
                }
            }
        });

        assertThat(applied).hasValue(writers * rounds);
        // One version for the start, one for each component, one for each signal.
        assertThat(onReal.snapshot().version()).isEqualTo(1 + writers + (long) writers * rounds);
    }

    @Test
    void rb5_startAndStopAreIdempotentAndStopIsOneStep() {
        List<ReadinessSnapshot> seen = new CopyOnWriteArrayList<>();
        barrier.stop();
        assertThat(barrier.snapshot().state()).isEqualTo(State.NEW);
        barrier.start();
        barrier.start();
        barrier.component("part").ready();
        barrier.addListener((previous, current) -> seen.add(current));

        barrier.stop();
        barrier.stop();
        clock.settle();

        assertThat(seen).singleElement().satisfies(snapshot -> {
            assertThat(snapshot.ready()).isFalse();
            assertThat(snapshot.reason()).isEqualTo("stopped");
            assertThat(snapshot.components().values()).noneMatch(ReadinessSnapshot.Status::ready);
        });
    }

    @Test
    void rb6_beginShutdownIsForEver() {
        barrier.start();
        barrier.component("part").ready();

        barrier.beginShutdown("SIGTERM");
        barrier.beginShutdown("again");
        barrier.stop();

        assertThat(barrier.snapshot().state()).isEqualTo(State.TERMINATED);
        assertThat(barrier.snapshot().reason()).isEqualTo("shutting down: SIGTERM");
        assertThatIllegalStateException()
                .isThrownBy(barrier::start)
                .withMessage("the readiness barrier is TERMINATED (shutting down: SIGTERM) and cannot be started");
    }

    @Test
    void rb7_awaitReadySeesAMomentOfReadinessAndGivesUpInTime() throws Exception {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        List<String> results = new CopyOnWriteArrayList<>();
        spawnWaiter(results, Duration.ofSeconds(10));
        clock.settle();

        part.ready();
        part.notReady("only for a moment");
        clock.settle();
        assertThat(results).containsExactly("true");

        spawnWaiter(results, Duration.ofSeconds(10));
        clock.advance(Duration.ofMillis(9_999));
        assertThat(results).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(results).containsExactly("true", "false");

        spawnWaiter(results, Duration.ofHours(1));
        clock.settle();
        barrier.beginShutdown("SIGTERM");
        clock.settle();
        assertThat(results).containsExactly("true", "false", "false");
    }

    private void spawnWaiter(List<String> results, Duration atMost) {
        clock.threads()
                .newThread(() -> {
                    try {
                        results.add(String.valueOf(barrier.awaitReady(atMost)));
                    } catch (InterruptedException e) {
                        results.add("interrupted");
                    }
                })
                .start();
    }

    @Test
    void rb7_noWakeUpIsLostUnderConcurrentSignals() throws Exception {
        ReadinessBarrier onReal = real();
        onReal.start();
        ReadinessComponent part = onReal.component("part");
        int rounds = 2_000;
        AtomicInteger woken = new AtomicInteger();

        for (int round = 0; round < rounds; round++) {
            inParallel(2, side -> {
                if (side == 0) {
                    part.ready();
                } else if (onReal.awaitReady(Duration.ofSeconds(20))) {
                    woken.incrementAndGet();
                }
            });
            part.notReady("next round");
        }

        assertThat(woken).hasValue(rounds);
    }

    @Test
    void rb7_whenReadyCompletesWithTheFirstReadySnapshotOrFails() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        CompletableFuture<ReadinessSnapshot> first = barrier.whenReady().toCompletableFuture();
        part.ready();
        part.notReady("gone");
        CompletableFuture<ReadinessSnapshot> second = barrier.whenReady().toCompletableFuture();
        clock.settle();
        assertThat(first).isCompletedWithValueMatching(snapshot -> snapshot.version() == 3);
        assertThat(second).isNotDone();

        barrier.beginShutdown("SIGTERM");
        clock.settle();

        assertThat(second)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("never ready: shutting down: SIGTERM");
        assertThat(barrier.whenReady().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void rb8_everyTransitionOnceInOrderUnderConcurrentSignals() throws Exception {
        ReadinessBarrier onReal = real();
        int writers = 8;
        int rounds = 2_000;
        List<List<Long>> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            List<Long> versions = new ArrayList<>();
            seen.add(versions);
            onReal.addListener((previous, current) -> {
                if (current.version() != previous.version() + 1) {
                    throw new AssertionError("from " + previous.version() + " to " + current.version());
                }
                // Not a thread-safe list: the calls come one at a time.
                versions.add(current.version());
            });
        }

        onReal.start();
        inParallel(writers, writer -> {
            ReadinessComponent own = onReal.component("writer-" + writer);
            for (int i = 0; i < rounds; i++) {
                own.notReady("round " + i);
            }
        });

        long last = onReal.snapshot().version();
        assertThat(last).isEqualTo(1 + writers + (long) writers * rounds);
        List<Long> expected = LongStream.rangeClosed(1, last).boxed().toList();
        for (List<Long> versions : seen) {
            await().untilAsserted(() -> assertThat(List.copyOf(versions)).isEqualTo(expected));
        }
    }

    @Test
    void rb8_lastTransitionOfABurstIsToldToo() throws Exception {
        ReadinessBarrier onReal = real();
        onReal.start();
        ReadinessComponent part = onReal.component("part");
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        onReal.addListener((previous, current) -> seen.add(current.version()));

        for (int round = 0; round < 5_000; round++) {
            int burst = 1 + round % 3;
            for (int i = 0; i < burst; i++) {
                part.notReady("round " + round + " signal " + i);
            }
            for (int i = 0; i < burst; i++) {
                assertThat(seen.poll(20, TimeUnit.SECONDS))
                        .as("round %d", round)
                        .isNotNull();
            }
        }
    }

    @Test
    void rb8_listenerThatHangsOrThrowsDelaysNobodyButItself() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<Long> seen = new CopyOnWriteArrayList<>();
        barrier.addListener((previous, current) -> awaitQuietly(never));
        barrier.addListener((previous, current) -> {
            throw new IllegalStateException("broken listener");
        });
        barrier.addListener((previous, current) -> seen.add(current.version()));

        barrier.start();
        barrier.component("part").ready();
        clock.settle();

        assertThat(barrier.isReady()).isTrue();
        assertThat(seen).containsExactly(1L, 2L, 3L);
        assertThat(events.of(KernelEvent.ListenerTrouble.class))
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.error()).isPresent());
        never.countDown();
    }

    @Test
    void rb8_listenerMayCallBackAndBeRemoved() {
        ReadinessComponent part = barrier.component("part");
        List<Long> seen = new CopyOnWriteArrayList<>();
        Registration registration = barrier.addListener((previous, current) -> {
            seen.add(current.version());
            part.ready();
        });

        barrier.start();
        clock.settle();
        assertThat(barrier.isReady()).isTrue();
        assertThat(seen).containsExactly(2L, 3L);

        assertThat(registration.remove()).isTrue();
        assertThat(registration.remove()).isFalse();
        part.notReady("quiet");
        clock.settle();
        assertThat(seen).hasSize(2);
    }

    @Test
    void rb8_eventsCarryEveryChangeInOrder() {
        barrier.start();
        barrier.component("part").ready();
        barrier.beginShutdown("SIGTERM");

        assertThat(events.of(KernelEvent.ReadinessChanged.class))
                .extracting(event -> event.current().version())
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void rb8_stoppedThreadFactoryDoesNotSilenceListeners() {
        KernelThreads stopped = KernelThreads.of(task -> {
            throw new IllegalStateException("the container has stopped");
        });
        ReadinessBarrier inContainer = SnapshotReadinessBarrier.create(clock, stopped, Events.none());
        List<Long> seen = new CopyOnWriteArrayList<>();
        inContainer.addListener((previous, current) -> seen.add(current.version()));

        inContainer.beginShutdown("undeploy");

        await().untilAsserted(() -> assertThat(seen).containsExactly(1L));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Work of one of several threads that start together. */
    interface Side {
        void run(int index) throws Exception;
    }

    private static void inParallel(int count, Side side) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> sides = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            Thread thread = KernelThreads.system().newThread("side-" + i, () -> {
                try {
                    go.await();
                    side.run(index);
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            thread.start();
            sides.add(thread);
        }
        go.countDown();
        for (Thread thread : sides) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
