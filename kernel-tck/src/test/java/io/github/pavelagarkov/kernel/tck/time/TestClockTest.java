package io.github.pavelagarkov.kernel.tck.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestClockTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long SECOND_NANOS = SECOND.toNanos();

    private final TestClock clock = new TestClock();
    private final long start = clock.nanoTime();
    private final List<Thread> started = new ArrayList<>();

    @AfterEach
    void endThreads() {
        started.forEach(Thread::interrupt);
    }

    private interface Body {
        void run() throws InterruptedException;
    }

    private Thread run(Body body) {
        Thread thread = clock.threads().newThread(() -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                // The end of the test: the thread ends too.
                return;
            }
        });
        started.add(thread);
        thread.start();
        return thread;
    }

    /** Seconds since the start of the test, as a thread sees them. */
    private long now() {
        return (clock.nanoTime() - start) / SECOND_NANOS;
    }

    /** As a class loader that somebody of the application server works in. */
    @Test
    void aThreadThatWaitsForAStrangersMonitorIsWaitedForWhileThatOneWorks() throws InterruptedException {
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean settling = new AtomicBoolean();
        Thread stranger = new Thread(() -> {
            synchronized (monitor) {
                held.countDown();
                spinWhile(() -> !settling.get());
                // Many times as long as an idle thread has to be seen idle.
                long until = System.nanoTime() + 200_000_000;
                spinWhile(() -> System.nanoTime() - until < 0);
            }
        });
        stranger.start();
        held.await();
        AtomicLong entered = new AtomicLong();
        Thread waiting = run(() -> {
            synchronized (monitor) {
                entered.incrementAndGet();
            }
        });
        spinWhile(() -> waiting.getState() != Thread.State.BLOCKED);

        settling.set(true);
        clock.settle();

        assertThat(entered).hasValue(1);
    }

    /** As a server that stops, whose own thread is joined. */
    @Test
    void aThreadThatJoinsAStrangerIsWaitedForWhileThatOneWorks() {
        AtomicBoolean settling = new AtomicBoolean();
        Thread stranger = new Thread(() -> {
            spinWhile(() -> !settling.get());
            long until = System.nanoTime() + 200_000_000;
            spinWhile(() -> System.nanoTime() - until < 0);
        });
        stranger.start();
        AtomicLong joined = new AtomicLong();
        Thread waiting = run(() -> {
            stranger.join();
            joined.incrementAndGet();
        });
        spinWhile(() -> waiting.getState() != Thread.State.WAITING);

        settling.set(true);
        clock.settle();

        assertThat(joined).hasValue(1);
    }

    /** As one that waits in native code for a network, which nobody can tell from one at work. */
    @Test
    void aStrangerThatKeepsTheMonitorIsWaitedForAMomentOnly() throws InterruptedException {
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        Thread stranger = new Thread(() -> {
            synchronized (monitor) {
                held.countDown();
                spinWhile(() -> !over.get());
            }
        });
        stranger.start();
        held.await();
        Thread waiting = run(() -> {
            synchronized (monitor) {
                // Got at last.
                return;
            }
        });
        spinWhile(() -> waiting.getState() != Thread.State.BLOCKED);

        clock.settle();

        assertThat(waiting.getState()).isEqualTo(Thread.State.BLOCKED);
        over.set(true);
    }

    @Test
    void aStrangerThatDoesNotEndIsJoinedForAMomentOnly() {
        AtomicBoolean over = new AtomicBoolean();
        Thread stranger = new Thread(() -> spinWhile(() -> !over.get()));
        stranger.start();
        Thread waiting = run(() -> stranger.join());
        spinWhile(() -> waiting.getState() != Thread.State.WAITING);

        clock.settle();

        assertThat(waiting.getState()).isEqualTo(Thread.State.WAITING);
        over.set(true);
    }

    @Test
    void aThreadThatJoinsAnotherOfTheClockIsIdle() {
        Thread joined = run(() -> clock.park(start + SECOND_NANOS));
        AtomicLong woke = new AtomicLong(-1);
        run(() -> {
            joined.join();
            woke.set(now());
        });

        clock.advance(Duration.ofSeconds(2));

        assertThat(woke).hasValue(1);
    }

    @Test
    void aThreadThatWaitsForTheMonitorOfTheTestIsIdle() {
        Object monitor = new Object();
        AtomicLong entered = new AtomicLong();
        synchronized (monitor) {
            Thread waiting = run(() -> {
                synchronized (monitor) {
                    entered.incrementAndGet();
                }
            });
            spinWhile(() -> waiting.getState() != Thread.State.BLOCKED);

            clock.settle();

            assertThat(entered).hasValue(0);
        }
        clock.settle();
        assertThat(entered).hasValue(1);
    }

    private static void spinWhile(BooleanSupplier condition) {
        while (condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void timeStandsStillUntilItIsMoved() {
        assertThat(clock.wallMillis())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());

        clock.advance(Duration.ofMillis(1500));

        assertThat(clock.nanoTime() - start).isEqualTo(1_500_000_000);
        assertThat(Instant.ofEpochMilli(clock.wallMillis())).isEqualTo("2026-01-01T00:00:01.500Z");
    }

    @Test
    void advanceGoesFromWakeUpToWakeUpInOrder() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        for (int period : new int[] {2, 3}) {
            run(() -> {
                long next = start;
                while (true) {
                    next += period * SECOND_NANOS;
                    while (clock.nanoTime() - next < 0) {
                        clock.park(next);
                    }
                    seen.add(period + "@" + now());
                }
            });
        }

        clock.advance(Duration.ofSeconds(9));

        assertThat(seen).containsSubsequence("2@2", "3@3", "2@4", "2@6", "2@8", "3@9");
        assertThat(seen).containsExactlyInAnyOrder("2@2", "3@3", "2@4", "3@6", "2@6", "2@8", "3@9");
        assertThat(now()).isEqualTo(9);
    }

    @Test
    void aParkIsNeverOverEarly() {
        AtomicLong woke = new AtomicLong(-1);
        run(() -> {
            clock.park(start + 5 * SECOND_NANOS);
            woke.set(clock.nanoTime() - start);
        });

        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(woke).hasValue(-1);

        clock.advance(Duration.ofNanos(1));
        assertThat(woke).hasValue(5 * SECOND_NANOS);
    }

    @Test
    void stallWakesEverybodyLateAndAtOnce() {
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        for (int second : new int[] {1, 2, 30}) {
            run(() -> {
                clock.park(start + second * SECOND_NANOS);
                seen.add(now());
            });
        }
        clock.awaitParked(3);

        clock.stall(Duration.ofSeconds(10));

        assertThat(seen).containsExactly(10L, 10L);
        assertThat(clock.wallMillis() - new TestClock().wallMillis()).isEqualTo(10_000);
    }

    @Test
    void suspendMovesTheWallOnly() {
        AtomicInteger woken = new AtomicInteger();
        run(() -> {
            clock.park(start + SECOND_NANOS);
            woken.incrementAndGet();
        });
        clock.awaitParked(1);

        clock.suspend(Duration.ofMinutes(5));

        assertThat(clock.nanoTime()).isEqualTo(start);
        assertThat(clock.wallMillis() - new TestClock().wallMillis()).isEqualTo(300_000);
        assertThat(woken).hasValue(0);
    }

    @Test
    void jumpWallSetsTheWallBackAndForth() {
        long before = clock.wallMillis();

        clock.jumpWall(Duration.ofMillis(-1));
        assertThat(clock.wallMillis()).isEqualTo(before - 1);

        clock.jumpWall(Duration.ofHours(1));
        assertThat(clock.wallMillis()).isEqualTo(before - 1 + 3_600_000);
        assertThat(clock.nanoTime()).isEqualTo(start);
    }

    @Test
    void timeCannotBeMovedBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("by must be zero or positive, was PT-0.000000001S");
        assertThatThrownBy(() -> clock.stall(SECOND.negated())).hasMessage("by must be positive, was PT-1S");
        assertThatThrownBy(() -> clock.suspend(Duration.ZERO)).hasMessage("by must be positive, was PT0S");
    }

    @Test
    void anUnparkBeforeTheParkIsKeptOnce() {
        AtomicInteger passed = new AtomicInteger();
        CountDownLatch permitted = new CountDownLatch(1);
        Thread thread = run(() -> {
            permitted.await();
            clock.park(start + 9 * SECOND_NANOS);
            passed.incrementAndGet();
            clock.park(start + 9 * SECOND_NANOS);
            passed.incrementAndGet();
        });

        clock.unpark(thread);
        clock.unpark(thread);
        permitted.countDown();
        clock.awaitParked(1);

        assertThat(passed).hasValue(1);
        clock.advance(Duration.ofSeconds(9));
        assertThat(passed).hasValue(2);
    }

    @Test
    void aWokenThreadDoesNotCountAsParked() {
        AtomicInteger woken = new AtomicInteger();
        Thread thread = run(() -> {
            while (true) {
                clock.park(start + 1000 * SECOND_NANOS);
                woken.incrementAndGet();
            }
        });
        for (int round = 1; round <= 1_000; round++) {
            clock.awaitParked(1);

            clock.unpark(thread);
            clock.awaitParked(1);

            assertThat(woken).as("round %d", round).hasValue(round);
        }
    }

    @Test
    void aPointThatHasPassedReturnsAtOnce() throws InterruptedException {
        clock.advance(SECOND);

        clock.park(start);
        clock.park(clock.nanoTime());

        assertThat(now()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsTheParkWithTheFlagCleared() {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Thread thread = run(() -> {
            for (int i = 0; i < 2; i++) {
                try {
                    clock.park(start + 9 * SECOND_NANOS);
                } catch (InterruptedException e) {
                    seen.add("interrupted, flag " + Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                }
            }
        });
        clock.awaitParked(1);

        thread.interrupt();
        clock.settle();

        assertThat(seen).containsExactly("interrupted, flag false", "interrupted, flag false");
        assertThat(now()).isZero();
    }

    @Test
    void advanceWaitsForAnInterruptedThread() {
        for (int round = 0; round < 300; round++) {
            AtomicLong interruptedAt = new AtomicLong(-1);
            CountDownLatch never = new CountDownLatch(1);
            boolean onClock = round % 2 == 0;
            Thread victim = run(() -> {
                try {
                    if (onClock) {
                        clock.park(clock.nanoTime() + 1000 * SECOND_NANOS);
                    } else {
                        never.await();
                    }
                } catch (InterruptedException e) {
                    interruptedAt.set(clock.nanoTime());
                }
            });
            clock.settle();
            long from = clock.nanoTime();
            Thread interrupter = run(() -> {
                clock.park(from + SECOND_NANOS);
                victim.interrupt();
            });

            clock.advance(Duration.ofSeconds(2));

            assertThat(interruptedAt.get() - from)
                    .as("round %d, victim %s, interrupter %s", round, victim.getState(), interrupter.getState())
                    .isEqualTo(SECOND_NANOS);
        }
    }

    @Test
    void theClockPassesItsOverflow() {
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        run(() -> {
            for (int i = 1; i <= 4; i++) {
                long until = start + i * 30L * SECOND_NANOS;
                while (clock.nanoTime() - until < 0) {
                    clock.park(until);
                }
                seen.add(now());
            }
        });

        clock.advance(Duration.ofMinutes(2));

        assertThat(start).isPositive();
        assertThat(clock.nanoTime()).isNegative();
        assertThat(seen).containsExactly(30L, 60L, 90L, 120L);
    }

    @Test
    void aThousandRoundsOfAParkedThreadAreAThousandWakeUps() {
        AtomicInteger rounds = new AtomicInteger();
        run(() -> {
            while (true) {
                clock.park(clock.nanoTime() + SECOND_NANOS);
                rounds.incrementAndGet();
            }
        });

        for (int round = 1; round <= 1_000; round++) {
            clock.advance(SECOND);

            assertThat(rounds).hasValue(round);
        }
    }

    @Test
    void advanceWaitsForWorkThatIsHandedFromThreadToThreadOnALoadedMachine() {
        int length = 4;
        List<BlockingQueue<Long>> hands = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            hands.add(new LinkedBlockingQueue<>());
        }
        List<Long> delays = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < length; i++) {
            BlockingQueue<Long> in = hands.get(i);
            if (i < length - 1) {
                BlockingQueue<Long> out = hands.get(i + 1);
                run(() -> {
                    while (true) {
                        out.add(in.take());
                    }
                });
            } else {
                run(() -> {
                    while (true) {
                        long sent = in.take();
                        delays.add(clock.nanoTime() - sent);
                    }
                });
            }
        }
        run(() -> {
            while (true) {
                clock.park(clock.nanoTime() + SECOND_NANOS);
                hands.get(0).add(clock.nanoTime());
            }
        });
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            load.add(new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }));
        }
        load.forEach(Thread::start);
        try {
            clock.advance(Duration.ofSeconds(200));
        } finally {
            load.forEach(Thread::interrupt);
        }

        assertThat(delays).hasSize(200).allMatch(delay -> delay == 0);
    }

    @Test
    void workThatNeverEndsIsReportedWithItsStack() throws InterruptedException {
        TestClock impatient = new TestClock(Instant.EPOCH, Duration.ofMillis(200));
        AtomicInteger end = new AtomicInteger();
        Thread spinning = impatient.threads().newThread(() -> spin(end));
        spinning.start();
        try {
            assertThatThrownBy(() -> impatient.advance(SECOND))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("no end to the work of this point of time after PT0.2S, busy: [test-1 at [")
                    .hasMessageContaining("spin");
        } finally {
            end.set(1);
            spinning.join();
        }
    }

    private static void spin(AtomicInteger end) {
        while (end.get() == 0) {
            Thread.onSpinWait();
        }
    }
}
