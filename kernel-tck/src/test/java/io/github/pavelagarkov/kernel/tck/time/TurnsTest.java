package io.github.pavelagarkov.kernel.tck.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads of a clock that run one at a time. */
final class TurnsTest {
    private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
    private static final int THREADS = 8;

    private final TestClock clock = TestClock.inTurn(WALL);
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicBoolean together = new AtomicBoolean();

    private interface Body {
        void run() throws InterruptedException;
    }

    private static Thread run(TestClock clock, Body body) {
        Thread thread = clock.threads().newThread(() -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                // The thread ends.
                return;
            }
        });
        thread.start();
        return thread;
    }

    /** Long enough for two threads that run at the same time to be seen. */
    private void work(String what) {
        if (atOnce.incrementAndGet() > 1) {
            together.set(true);
        }
        seen.add(what);
        for (int i = 0; i < 1_000; i++) {
            Thread.onSpinWait();
        }
        atOnce.decrementAndGet();
    }

    @Test
    void startsThemAtZeroAndOneAtATime() {
        assertThat(clock.nanoTime()).isZero();
        assertThat(clock.wallMillis()).isEqualTo(WALL.toEpochMilli());
        for (int i = 0; i < THREADS; i++) {
            String name = "thread " + i;
            run(clock, () -> {
                for (int turn = 0; turn < 5; turn++) {
                    work(name);
                    clock.park(clock.nanoTime() + 1_000);
                }
            });
        }

        clock.advance(Duration.ofSeconds(1));

        assertThat(seen).hasSize(5 * THREADS);
        assertThat(together).as("two threads ran at the same time").isFalse();
    }

    @Test
    void theOrderIsThatOfMakingAndWaking() {
        List<Thread> threads = new ArrayList<>();
        run(clock, () -> {
            for (int i = 0; i < THREADS; i++) {
                String name = "thread " + i;
                threads.add(run(clock, () -> {
                    work(name);
                    clock.park(clock.nanoTime() + 1_000_000_000);
                    work(name + " woken");
                }));
            }
            work("maker");
        });
        clock.settle();
        run(clock, () -> {
            for (int i = THREADS - 1; i >= 0; i--) {
                clock.unpark(threads.get(i));
            }
            work("waker");
        });
        clock.settle();

        List<String> expected = new ArrayList<>(List.of("maker"));
        for (int i = 0; i < THREADS; i++) {
            expected.add("thread " + i);
        }
        expected.add("waker");
        for (int i = THREADS - 1; i >= 0; i--) {
            expected.add("thread " + i + " woken");
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void thoseThatWereInterruptedComeAfterThoseThatWereWoken() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "thread " + i;
            threads.add(run(clock, () -> {
                try {
                    clock.park(clock.nanoTime() + 1_000_000_000);
                    work(name + " woken");
                } catch (InterruptedException e) {
                    work(name + " interrupted");
                }
            }));
        }
        clock.awaitParked(3);

        run(clock, () -> {
            threads.get(0).interrupt();
            clock.unpark(threads.get(1));
            clock.unpark(threads.get(2));
            work("waker");
        });
        clock.settle();

        assertThat(seen).containsExactly("waker", "thread 1 woken", "thread 2 woken", "thread 0 interrupted");
    }

    @Test
    void aThreadThatWaitsForAnotherOneLetsItRun() {
        CountDownLatch latch = new CountDownLatch(1);
        run(clock, () -> {
            work("waits");
            latch.await();
            work("has waited");
        });
        run(clock, () -> {
            work("helps");
            latch.countDown();
        });

        clock.settle();

        assertThat(seen).containsExactly("waits", "helps", "has waited");
    }

    @Test
    void everyRepetitionIsTheSame() {
        Set<List<String>> orders = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            orders.add(pingPong());
        }

        assertThat(orders).hasSize(1);
    }

    /** Threads that wake each other, all at the same points of time. */
    private static List<String> pingPong() {
        TestClock clock = TestClock.inTurn(WALL);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        run(clock, () -> {
            for (int i = 0; i < THREADS; i++) {
                int me = i;
                threads.add(run(clock, () -> {
                    for (int round = 0; round < 5; round++) {
                        order.add(me + " in round " + round);
                        clock.unpark(threads.get((me * 5 + 3) % THREADS));
                        clock.park(clock.nanoTime() + 1_000_000L * (1 + me % 3));
                    }
                }));
            }
        });
        clock.advance(Duration.ofSeconds(1));
        return List.copyOf(order);
    }
}
