package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.ReadinessListener;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.State;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent.SignalResult;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot.Status;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;

/** RB: whether an instance should get traffic. Give the suite a barrier by {@code KernelFixture.readinessBarrier}. */
@SuppressWarnings("NullAway.Init") // set before each test
public class ReadinessRules extends ContractRules {
    private final CountDownLatch over = new CountDownLatch(1);
    private TimedCalls calls;
    private ReadinessBarrier barrier;

    /** For the test engine. */
    public ReadinessRules() {}

    @BeforeEach
    void openBarrier() {
        calls = new TimedCalls(time());
        barrier = required(fixture().readinessBarrier(node("a", new RecordedEvents())), "ReadinessBarrier");
        closing(over::countDown);
    }

    private void stop() {
        calls.run("stop() returns", time().ticks(30), barrier::stop);
    }

    /** Does not return before the end of the test. */
    private void hang() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Look at what the barrier says before any component is registered. */
    @Rule("RB-1")
    void rb1_anEmptyBarrierIsNotReady() {
        barrier.start();

        assertThat(barrier.isReady()).as("an empty barrier is ready").isFalse();
        assertThat(barrier.snapshot().ready())
                .as("ready in the snapshot of an empty barrier")
                .isFalse();
    }

    /** Look at how the components are put together: all of them, also one that is registered later. */
    @Rule("RB-1")
    void rb1_readyOnlyWhenEveryComponentIs() {
        barrier.start();
        ReadinessComponent database = barrier.component("database");
        ReadinessComponent cache = barrier.component("cache");
        assertThat(barrier.isReady())
                .as("ready with components that said nothing")
                .isFalse();
        database.ready();
        cache.notReady("warming up");
        assertThat(barrier.isReady())
                .as("ready with one of two components ready")
                .isFalse();

        cache.ready();
        assertThat(barrier.isReady()).as("ready with all components ready").isTrue();
        assertThat(barrier.snapshot().ready())
                .as("ready in the snapshot with all components ready")
                .isTrue();
        barrier.component("late");
        assertThat(barrier.isReady())
                .as("ready with a new component that said nothing")
                .isFalse();

        assertThat(barrier.remove("late")).as("remove() of a component").isTrue();
        assertThat(barrier.remove("late")).as("remove() of no component").isFalse();
        assertThat(barrier.isReady())
                .as("ready without the component that was not")
                .isTrue();
    }

    /** Look at what a signal does before it returns: the change must be in force, not in a queue. */
    @Rule("RB-2")
    void rb2_aSignalIsInForceWhenItsCallReturns() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");

        for (int round = 0; round < 1_000; round++) {
            SignalResult up = part.ready();
            assertThat(barrier.isReady())
                    .as("ready after ready(), round %d", round)
                    .isTrue();
            SignalResult down = part.notReady("round");
            assertThat(barrier.isReady())
                    .as("ready after notReady(), round %d", round)
                    .isFalse();
            assertThat(List.of(up, down))
                    .as("what became of the signals, round %d", round)
                    .containsOnly(SignalResult.APPLIED);
        }
    }

    /** Look at what a signal answers: nothing that changes nothing may pretend to be applied. */
    @Rule("RB-2")
    void rb2_everySignalTellsWhatBecameOfIt() {
        ReadinessComponent part = barrier.component("part");
        assertThat(part.ready()).as("a signal before start()").isEqualTo(SignalResult.NOT_RUNNING);

        barrier.start();
        assertThat(barrier.isReady()).as("ready by a signal before start()").isFalse();
        assertThat(part.ready()).as("the first signal").isEqualTo(SignalResult.APPLIED);
        assertThat(part.ready()).as("the same signal again").isEqualTo(SignalResult.UNCHANGED);
        assertThat(part.notReady("a")).as("another signal").isEqualTo(SignalResult.APPLIED);

        barrier.remove("part");
        ReadinessComponent successor = barrier.component("part");
        assertThat(part.ready()).as("a signal of a component that was removed").isEqualTo(SignalResult.NOT_RUNNING);
        assertThat(successor.ready()).as("a signal of its successor").isEqualTo(SignalResult.APPLIED);
    }

    /** Look at what stop() clears, and at signals between stop() and start(): none may reach the next run. */
    @Rule("RB-2")
    void rb2_nothingOfASignalIsKeptOverStopAndStart() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();

        stop();
        assertThat(part.ready()).as("a signal after stop()").isEqualTo(SignalResult.NOT_RUNNING);
        barrier.start();

        assertThat(part.status().ready())
                .as("the component is ready after stop() and start()")
                .isFalse();
        assertThat(barrier.isReady())
                .as("ready after stop() and start() without a signal")
                .isFalse();
        assertThat(part.ready()).as("a signal of the next run").isEqualTo(SignalResult.APPLIED);
        assertThat(barrier.isReady()).as("ready in the next run").isTrue();
    }

    /** Look at the locks that isReady() takes: none that is held while a listener is called. */
    @Rule("RB-3a")
    void rb3a_isReadyAnswersWhileAListenerHangs() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        CountDownLatch told = new CountDownLatch(1);
        barrier.addListener((previous, current) -> {
            told.countDown();
            hang();
        });

        CompletableFuture<SignalResult> signal = time().start(part::ready);
        time().until("the listener is told", time().ticks(10), () -> told.getCount() == 0);
        boolean ready = calls.call("isReady() returns while a listener hangs", time().ticks(1), barrier::isReady);

        assertThat(ready).as("ready while a listener hangs").isTrue();
        over.countDown();
        time().until("ready() returns", time().ticks(10), signal::isDone);
    }

    /** Look at what a snapshot carries: for each component its state, its reason, and since when. */
    @Rule("RB-4")
    void rb4_aSnapshotKnowsNamesReasonsAndTimes() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();
        time().pass(time().ticks(2));
        part.notReady("disk slow");
        time().pass(time().ticks(2));
        long before = time().clock().wallMillis();
        SignalResult otherReason = part.notReady("disk full");
        long after = time().clock().wallMillis();
        time().pass(time().ticks(2));
        barrier.component("other");

        ReadinessSnapshot snapshot = barrier.snapshot();
        assertThat(snapshot.components().keySet())
                .as("components, in the order of registration")
                .containsExactly("part", "other");
        Status status = Objects.requireNonNull(snapshot.components().get("part"));
        assertThat(status).as("status in the snapshot and of the component").isEqualTo(part.status());
        assertThat(status.ready()).as("ready of the component").isFalse();
        assertThat(status.reason()).as("reason of the component").isEqualTo("disk full");
        assertThat(status.since()).as("since of the component").satisfies(since -> within(since, before, after));
        assertThat(otherReason).as("not ready for another reason").isEqualTo(SignalResult.APPLIED);
        assertThat(snapshot.since())
                .as("since of the barrier, which was not ready before either")
                .isBefore(Instant.ofEpochMilli(before));
        assertThat(snapshot.reason())
                .as("reason of the barrier")
                .contains("part")
                .contains("disk full");
        assertThat(snapshot.state()).as("state of the barrier").isEqualTo(State.RUNNING);
    }

    private static void within(Instant since, long beforeMillis, long afterMillis) {
        assertThat(since).isBetween(Instant.ofEpochMilli(beforeMillis), Instant.ofEpochMilli(afterMillis + 1));
    }

    /** Look at where the version is counted: once for each change, and not for what changes nothing. */
    @Rule("RB-4")
    void rb4_theVersionGrowsByOnePerChange() {
        List<Long> versions = new ArrayList<>();
        versions.add(barrier.snapshot().version());
        barrier.start();
        versions.add(barrier.snapshot().version());
        ReadinessComponent part = barrier.component("part");
        versions.add(barrier.snapshot().version());
        part.ready();
        versions.add(barrier.snapshot().version());
        part.ready();
        barrier.component("part");
        versions.add(barrier.snapshot().version());
        part.notReady("why");
        versions.add(barrier.snapshot().version());
        barrier.remove("part");
        versions.add(barrier.snapshot().version());

        long first = versions.get(0);
        assertThat(versions)
                .as("versions: new, start, component, ready, nothing new, not ready, remove")
                .containsExactly(first, first + 1, first + 2, first + 3, first + 3, first + 4, first + 5);
    }

    /** Look at how concurrent signals are put together: reading, changing and writing must be one step. */
    @Rule("RB-4")
    void rb4_noUpdateOfConcurrentSignalsIsLost() {
        int writers = 8;
        int rounds = 300;
        barrier.start();
        long before = barrier.snapshot().version();
        AtomicInteger applied = new AtomicInteger();

        calls.inParallel("8 threads signal 300 times each", writers, time().ticks(60), writer -> {
            ReadinessComponent own = barrier.component("writer-" + writer);
            for (int round = 0; round < rounds; round++) {
                boolean up = round % 2 == 0;
                SignalResult result = up ? own.ready() : own.notReady("round " + round);
                applied.addAndGet(result == SignalResult.APPLIED ? 1 : 0);
                if (own.status().ready() != up) {
                    throw new AssertionError("writer " + writer + " lost its signal of round " + round);
                }
            }
        });

        assertThat(applied).as("signals that were applied").hasValue(writers * rounds);
        assertThat(barrier.snapshot().components().values())
                .as("last status of each component")
                .extracting(Status::reason)
                .containsOnly("round " + (rounds - 1));
        assertThat(barrier.snapshot().version() - before)
                .as("changes: one for each component and one for each signal")
                .isEqualTo(writers + (long) writers * rounds);
    }

    /** Look at start() and stop() where there is nothing to do: not even the version may change. */
    @Rule("RB-5")
    void rb5_startAndStopAreIdempotent() {
        stop();
        assertThat(barrier.snapshot().state())
                .as("state after stop() of a new barrier")
                .isEqualTo(State.NEW);
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();
        ReadinessSnapshot running = barrier.snapshot();

        barrier.start();
        assertThat(barrier.snapshot())
                .as("snapshot after start() while running")
                .isEqualTo(running);
        stop();
        ReadinessSnapshot stopped = barrier.snapshot();
        stop();

        assertThat(stopped.state()).as("state after stop()").isEqualTo(State.STOPPED);
        assertThat(barrier.snapshot()).as("snapshot after stop() while stopped").isEqualTo(stopped);
    }

    /** Look at the first thing that stop() does: whatever else it has to end, not-ready comes before it. */
    @Rule("RB-5")
    void rb5_stopPublishesNotReadyFirst() {
        barrier.start();
        barrier.component("one").ready();
        barrier.component("two").ready();
        List<ReadinessSnapshot> told = new CopyOnWriteArrayList<>();
        barrier.addListener((previous, current) -> told.add(current));

        CompletableFuture<Boolean> stopped = time().start(() -> {
            barrier.stop();
            return true;
        });
        if (time().exact()) {
            assertThat(barrier.isReady()).as("ready while stop() is under way").isFalse();
        }
        time().until("stop() returns", time().ticks(30), stopped::isDone);
        time().until("the listener is told of the stop", time().ticks(30), () -> !told.isEmpty());

        assertThat(barrier.isReady()).as("ready after stop()").isFalse();
        assertThat(told).as("snapshots from stop() on").noneMatch(ReadinessSnapshot::ready);
    }

    /** Look at what comes after beginShutdown(): nothing may bring readiness back. */
    @Rule("RB-6")
    void rb6_notReadyForEverAfterBeginShutdown() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        part.ready();

        barrier.beginShutdown("SIGTERM");
        assertThat(barrier.isReady()).as("ready after beginShutdown()").isFalse();
        barrier.beginShutdown("again");
        SignalResult signal = part.ready();
        stop();

        assertThatThrownBy(barrier::start, "start() after beginShutdown()")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TERMINATED");
        assertThat(signal).as("a signal after beginShutdown()").isEqualTo(SignalResult.SHUTTING_DOWN);
        assertThat(barrier.isReady()).as("ready again after beginShutdown()").isFalse();
        assertThat(barrier.snapshot().state()).as("state after beginShutdown()").isEqualTo(State.TERMINATED);
        assertThat(barrier.snapshot().reason())
                .as("reason after two calls of beginShutdown(): the first one")
                .contains("SIGTERM");
    }

    /** Look at who waits for readiness when it becomes clear that it never comes. */
    @Rule("RB-6")
    void rb6_whoWaitsIsToldThatItIsOver() {
        barrier.start();
        barrier.component("part");
        CompletableFuture<Boolean> waiter = time().start(() -> barrier.awaitReady(time().ticks(600)));
        CompletableFuture<ReadinessSnapshot> promised = barrier.whenReady().toCompletableFuture();

        barrier.beginShutdown("SIGTERM");

        time().until("awaitReady() returns after beginShutdown()", time().ticks(10), waiter::isDone);
        time().until("whenReady() completes after beginShutdown()", time().ticks(10), promised::isDone);
        assertThat(waiter.join()).as("awaitReady() after beginShutdown()").isFalse();
        assertThatThrownBy(promised::join, "whenReady() after beginShutdown()")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Look at how waiters are woken: all of them, at the moment of the signal and not at the next poll. */
    @Rule("RB-7")
    void rb7_everyWaiterIsWoken() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(time().start(() -> barrier.awaitReady(time().ticks(600))));
        }
        CompletableFuture<ReadinessSnapshot> promised = barrier.whenReady().toCompletableFuture();
        time().pass(time().ticks(2));
        assertThat(waiters).as("waiters before it is ready").noneMatch(CompletableFuture::isDone);
        assertThat(promised).as("whenReady() before it is ready").isNotDone();

        part.ready();

        for (CompletableFuture<Boolean> waiter : waiters) {
            time().until("awaitReady() returns when it is ready", time().ticks(1), waiter::isDone);
            assertThat(waiter.join()).as("awaitReady()").isTrue();
        }
        time().until("whenReady() completes when it is ready", time().ticks(1), promised::isDone);
        assertThat(promised.join().ready())
                .as("ready in the snapshot of whenReady()")
                .isTrue();
        if (time().exact()) {
            assertThat(time().now()).as("when all were woken").isLessThan(time().ticks(3));
        }
        assertThat(calls.call("awaitReady() returns", time().ticks(1), () -> barrier.awaitReady(Duration.ZERO)))
                .as("awaitReady() of no time while ready")
                .isTrue();
    }

    /** Look at the end of a wait: false, and not before its time. */
    @Rule("RB-7")
    void rb7_awaitReadyGivesUpAfterItsTime() {
        barrier.start();
        barrier.component("part");
        Duration[] took = new Duration[1];

        boolean ready = calls.call("awaitReady() returns after its time", time().ticks(30), () -> {
            Duration before = time().now();
            boolean result = barrier.awaitReady(time().ticks(3));
            took[0] = time().now().minus(before);
            return result;
        });

        assertThat(ready).as("awaitReady() of a barrier that is never ready").isFalse();
        assertThat(took[0]).as("how long it waited").isGreaterThanOrEqualTo(time().ticks(3));
        if (time().exact()) {
            assertThat(took[0]).as("how long it waited").isEqualTo(time().ticks(3));
        }
    }

    /** Look at the moment between a waiter's look and its sleep: a signal that falls into it must not be missed. */
    @Rule("RB-7")
    void rb7_noWakeUpIsLostWhenWaitingAndSignallingMeet() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        AtomicInteger woken = new AtomicInteger();
        int rounds = 200;

        for (int round = 0; round < rounds; round++) {
            String what = "a signal and a wait at the same time, round " + round;
            calls.inParallel(what, 2, time().ticks(1), side -> {
                if (side == 0) {
                    part.ready();
                } else if (barrier.awaitReady(time().ticks(600))) {
                    woken.incrementAndGet();
                }
            });
            part.notReady("next round");
        }

        assertThat(woken).as("waits that ended with true").hasValue(rounds);
    }

    /** Look at whenReady() across moments: the first ready snapshot counts, also if it is over at once. */
    @Rule("RB-7")
    void rb7_whenReadyCompletesWithTheFirstReadySnapshot() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        CompletableFuture<ReadinessSnapshot> first = barrier.whenReady().toCompletableFuture();
        part.ready();
        ReadinessSnapshot ready = barrier.snapshot();
        part.notReady("only for a moment");
        CompletableFuture<ReadinessSnapshot> second = barrier.whenReady().toCompletableFuture();

        time().until("whenReady() completes although it was a moment only", time().ticks(1), first::isDone);
        time().pass(time().ticks(1));

        assertThat(first.join()).as("what whenReady() completes with").isEqualTo(ready);
        assertThat(second).as("whenReady() asked for after that moment").isNotDone();
    }

    /** Look at how listeners are fed: from one ordered list of changes, each taken once. */
    @Rule("RB-8")
    void rb8_everyTransitionIsToldOnceInOrderAfterItIsPublished() {
        int writers = 8;
        int rounds = 100;
        barrier.start();
        long before = barrier.snapshot().version();
        List<List<Long>> told = new ArrayList<>();
        AtomicInteger unpublished = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            List<Long> versions = Collections.synchronizedList(new ArrayList<>());
            told.add(versions);
            barrier.addListener((previous, current) -> {
                versions.add(current.version());
                if (current.version() != previous.version() + 1
                        || barrier.snapshot().version() < current.version()) {
                    unpublished.incrementAndGet();
                }
            });
        }

        calls.inParallel("8 threads signal 100 times each", writers, time().ticks(60), writer -> {
            ReadinessComponent own = barrier.component("writer-" + writer);
            for (int round = 0; round < rounds; round++) {
                own.notReady("round " + round);
            }
        });

        long last = barrier.snapshot().version();
        List<Long> expected = LongStream.rangeClosed(before + 1, last).boxed().toList();
        for (List<Long> versions : told) {
            time().until("a listener is told of every transition", time().ticks(30), () -> versions.contains(last));
            assertThat(List.copyOf(versions))
                    .as("versions that a listener was told, of %d to %d", before + 1, last)
                    .isEqualTo(expected);
        }
        assertThat(unpublished)
                .as("transitions told before they were in force, or with a gap before them")
                .hasValue(0);
    }

    /** Look at the thread that calls listeners, and at what it does next if one hangs or throws. */
    @Rule("RB-8")
    void rb8_aListenerThatHangsOrThrowsDelaysNobodyButItself() {
        List<Long> told = new CopyOnWriteArrayList<>();
        AtomicInteger thrown = new AtomicInteger();
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        listen((previous, current) -> hang());
        listen((previous, current) -> {
            thrown.incrementAndGet();
            throw new IllegalStateException("broken listener");
        });
        listen((previous, current) -> told.add(current.version()));

        calls.call("ready() returns although a listener hangs", time().ticks(1), part::ready);
        calls.call("notReady() returns although a listener hangs", time().ticks(1), () -> part.notReady("why"));

        ReadinessSnapshot snapshot = barrier.snapshot();
        assertThat(snapshot.ready())
                .as("ready after notReady() while a listener hangs")
                .isFalse();
        time().until("a listener is told while another hangs", time().ticks(10), () -> told.size() >= 2);
        time().until("a listener that threw is told again", time().ticks(10), () -> thrown.get() == 2);
        assertThat(told)
                .as("versions that a listener was told while another hangs")
                .containsExactly(snapshot.version() - 1, snapshot.version());
    }

    private void listen(ReadinessListener listener) {
        Registration unused = barrier.addListener(listener);
    }

    /** Look at listeners that call the barrier: they hold none of its locks. And at what remove() ends. */
    @Rule("RB-8")
    void rb8_aListenerMayCallBackAndBeRemoved() {
        barrier.start();
        ReadinessComponent part = barrier.component("part");
        List<Boolean> told = new CopyOnWriteArrayList<>();
        Registration registration = barrier.addListener((previous, current) -> {
            told.add(current.ready());
            part.notReady("the listener says so");
        });

        calls.call("ready() returns", time().ticks(1), part::ready);
        time().until("the listener is told of its own signal", time().ticks(10), () -> told.size() == 2);

        assertThat(told).as("what the listener was told").containsExactly(true, false);
        assertThat(registration.remove()).as("remove() of a listener").isTrue();
        assertThat(registration.remove()).as("remove() for the second time").isFalse();
        part.ready();
        time().pass(time().ticks(2));
        assertThat(told).as("calls of a listener after remove()").hasSize(2);
    }
}
