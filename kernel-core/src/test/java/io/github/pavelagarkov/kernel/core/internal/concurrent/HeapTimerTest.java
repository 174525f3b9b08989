package io.github.pavelagarkov.kernel.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapTimerTest {
    private static final long MILLI = 1_000_000;

    private final TestClock clock = new TestClock();
    private final long start = clock.nanoTime();
    private final List<Fired> fired = Collections.synchronizedList(new ArrayList<>());
    private HeapTimer timer = timer(0);

    private record Fired(int id, long atMillis) {}

    private final class Noted extends HeapTimer.Task {
        final int id;

        Noted(int id) {
            this.id = id;
        }

        @Override
        protected void fire(long nowNanos) {
            fired.add(new Fired(id, (nowNanos - start) / MILLI));
        }
    }

    private HeapTimer timer(long resolutionNanos) {
        HeapTimer made = new HeapTimer(clock, KernelThreads.of(clock.threads()), "timer", resolutionNanos);
        made.start();
        return made;
    }

    @AfterEach
    void stop() {
        timer.stop();
    }

    private boolean schedule(HeapTimer.Task task, long atMillis) {
        return timer.schedule(task, start + atMillis * MILLI);
    }

    @Test
    void firesInTheOrderOfThePointsAndNeverEarly() {
        schedule(new Noted(3), 30);
        schedule(new Noted(1), 10);
        schedule(new Noted(2), 20);

        clock.advance(Duration.ofMillis(10).minusNanos(1));
        assertThat(fired).isEmpty();

        clock.advance(Duration.ofNanos(1));
        assertThat(fired).containsExactly(new Fired(1, 10));

        clock.advance(Duration.ofMillis(20));
        assertThat(fired).containsExactly(new Fired(1, 10), new Fired(2, 20), new Fired(3, 30));
        assertThat(timer.size()).isZero();
    }

    @Test
    void aTaskThatLiesBehindTheNextLookWakesNobodyAndFiresInTime() {
        AtomicInteger wakes = new AtomicInteger();
        HeapTimer looking =
                HeapTimer.looking(countingWakes(wakes), KernelThreads.of(clock.threads()), "timer", 0, 250 * MILLI);
        looking.start();
        looking.schedule(new Noted(2), start + 1_000 * MILLI);
        clock.advance(Duration.ofMillis(1));
        wakes.set(0);

        looking.schedule(new Noted(1), start + 600 * MILLI);

        assertThat(wakes).hasValue(0);
        clock.advance(Duration.ofSeconds(1));
        assertThat(fired).containsExactly(new Fired(1, 600), new Fired(2, 1_000));
        looking.schedule(new Noted(3), start + 1_002 * MILLI);
        assertThat(wakes).as("a timer without a task sleeps").hasValue(1);
        looking.stop();
    }

    private KernelClock countingWakes(AtomicInteger wakes) {
        return new KernelClock() {
            @Override
            public long nanoTime() {
                return clock.nanoTime();
            }

            @Override
            public long wallMillis() {
                return clock.wallMillis();
            }

            @Override
            public void park(long untilNanos) throws InterruptedException {
                clock.park(untilNanos);
            }

            @Override
            public void unpark(Thread thread) {
                wakes.incrementAndGet();
                clock.unpark(thread);
            }
        };
    }

    @Test
    void saysOncePerWakeUpThatEverythingDueHasFired() {
        HeapTimer batching = batching();
        batching.schedule(new Noted(1), start + 10 * MILLI);
        batching.schedule(new Noted(2), start + 10 * MILLI);
        batching.schedule(new Noted(3), start + 20 * MILLI);

        clock.advance(Duration.ofMillis(15));

        assertThat(fired).hasSize(3).last().isEqualTo(new Fired(0, 10));
        clock.advance(Duration.ofMillis(5));
        assertThat(fired).hasSize(5).endsWith(new Fired(3, 20), new Fired(0, 20));
        batching.stop();
    }

    @Test
    void saysThatEverythingHasFiredAlsoWhenStoppedMeanwhile() {
        HeapTimer batching = batching();
        batching.schedule(
                new HeapTimer.Task() {
                    @Override
                    protected void fire(long nowNanos) {
                        batching.stop();
                    }
                },
                start + 10 * MILLI);

        clock.advance(Duration.ofMillis(10));

        assertThat(fired).containsExactly(new Fired(0, 10));
    }

    private HeapTimer batching() {
        HeapTimer made = new HeapTimer(
                clock,
                KernelThreads.of(clock.threads()),
                "batching",
                0,
                () -> fired.add(new Fired(0, (clock.nanoTime() - start) / MILLI)));
        made.start();
        return made;
    }

    @Test
    void anEarlierTaskWakesAThreadThatWaitsForALaterOne() {
        schedule(new Noted(1), 1000);
        clock.awaitParked(1);

        schedule(new Noted(2), 5);
        clock.advance(Duration.ofMillis(5));

        assertThat(fired).containsExactly(new Fired(2, 5));
    }

    @Test
    void aPointThatHasPassedFiresAtOnce() {
        schedule(new Noted(1), -5);
        clock.settle();

        assertThat(fired).containsExactly(new Fired(1, 0));
    }

    @Test
    void aCancelledTaskDoesNotFire() {
        Noted task = new Noted(1);
        schedule(task, 10);

        assertThat(timer.cancel(task)).isTrue();
        assertThat(timer.cancel(task)).isFalse();
        clock.advance(Duration.ofMillis(20));

        assertThat(fired).isEmpty();
        assertThat(timer.cancel(new Noted(2))).isFalse();
    }

    @Test
    void aTaskThatIsScheduledAgainIsMovedAndFiresOnce() {
        Noted later = new Noted(1);
        Noted sooner = new Noted(2);
        schedule(later, 10);
        schedule(sooner, 30);

        schedule(later, 20);
        schedule(sooner, 5);
        clock.advance(Duration.ofMillis(40));

        assertThat(fired).containsExactly(new Fired(2, 5), new Fired(1, 20));
    }

    @Test
    void aTaskMayScheduleItselfWhileItFires() {
        AtomicInteger count = new AtomicInteger();
        HeapTimer.Task periodic = new HeapTimer.Task() {
            @Override
            protected void fire(long nowNanos) {
                if (count.incrementAndGet() < 100) {
                    timer.schedule(this, nowNanos + MILLI);
                }
            }
        };
        schedule(periodic, 1);

        clock.advance(Duration.ofSeconds(1));

        assertThat(count).hasValue(100);
    }

    @Test
    void aTaskOfOneTimerIsNotCancelledByAnother() {
        Noted task = new Noted(1);
        schedule(task, 10);
        HeapTimer other = timer(0);

        assertThat(other.cancel(task)).isFalse();
        clock.advance(Duration.ofMillis(10));

        assertThat(fired).containsExactly(new Fired(1, 10));
        other.stop();
    }

    @Test
    void wakeUpsAreRoundedUpToTheResolutionAndShared() {
        timer.stop();
        timer = timer(10 * MILLI);
        List<Long> wakeUps = Collections.synchronizedList(new ArrayList<>());
        for (int i = 1; i <= 10; i++) {
            long at = start + i * MILLI;
            timer.schedule(
                    new HeapTimer.Task() {
                        @Override
                        protected void fire(long nowNanos) {
                            assertThat(nowNanos - at).isNotNegative();
                            wakeUps.add(nowNanos);
                        }
                    },
                    at);
        }

        clock.advance(Duration.ofMillis(30));

        assertThat(wakeUps).hasSize(10).allMatch(at -> at % (10 * MILLI) == 0 && at - start <= 20 * MILLI);
        assertThat(wakeUps.stream().distinct()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void stopForgetsEverythingAndRefusesMore() {
        Noted task = new Noted(1);
        schedule(task, 10);

        timer.stop();
        timer.stop();
        clock.advance(Duration.ofMillis(20));

        assertThat(fired).isEmpty();
        assertThat(timer.size()).isZero();
        assertThat(schedule(new Noted(2), 30)).isFalse();
    }

    @Test
    void cancelAfterStopIsHarmless() {
        List<Noted> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(new Noted(i));
            schedule(tasks.get(i), 10 + i);
        }

        timer.stop();

        assertThat(tasks).noneMatch(timer::cancel);
        assertThat(timer.size()).isZero();
    }

    @Test
    void aTaskOfAStoppedTimerMayGoToANewOne() {
        List<Noted> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tasks.add(new Noted(i));
            schedule(tasks.get(i), 10);
        }
        timer.stop();
        timer = timer(0);

        for (Noted task : tasks) {
            schedule(task, 20);
        }
        clock.advance(Duration.ofMillis(20));

        assertThat(fired).hasSize(10).allMatch(entry -> entry.atMillis() == 20);
    }

    @Test
    void anInterruptDoesNotEndTheThread() throws InterruptedException {
        AtomicBoolean onTimerThread = new AtomicBoolean();
        schedule(
                new HeapTimer.Task() {
                    @Override
                    protected void fire(long nowNanos) {
                        onTimerThread.set(timer.isTimerThread());
                        Thread.currentThread().interrupt();
                    }
                },
                5);
        schedule(new Noted(1), 10);

        clock.advance(Duration.ofMillis(10));

        assertThat(onTimerThread).isTrue();
        assertThat(timer.isTimerThread()).isFalse();
        assertThat(fired).containsExactly(new Fired(1, 10));
    }

    @Test
    void aTaskThatThrowsIsToldToTheThreadsHandlerAndTheOthersFire() {
        timer.stop();
        List<Throwable> told = Collections.synchronizedList(new ArrayList<>());
        KernelThreads threads = KernelThreads.of(task -> {
            Thread thread = clock.threads().newThread(task);
            thread.setUncaughtExceptionHandler((which, thrown) -> told.add(thrown));
            return thread;
        });
        timer = new HeapTimer(clock, threads, "timer", 0);
        timer.start();
        schedule(
                new HeapTimer.Task() {
                    @Override
                    protected void fire(long nowNanos) {
                        throw new IllegalStateException("broken task");
                    }
                },
                5);
        schedule(new Noted(1), 10);

        clock.advance(Duration.ofMillis(10));

        assertThat(told).singleElement().satisfies(thrown -> assertThat(thrown).hasMessage("broken task"));
        assertThat(fired).containsExactly(new Fired(1, 10));
    }

    @Test
    void ordersAcrossTheOverflowOfTheClock() {
        long overflow = (Long.MAX_VALUE - start) / MILLI;
        schedule(new Noted(2), overflow + 5);
        schedule(new Noted(1), overflow - 5);

        clock.advance(Duration.ofMillis(overflow + 5));

        assertThat(fired).containsExactly(new Fired(1, overflow - 5), new Fired(2, overflow + 5));
    }

    @Test
    void agreesWithANaiveModelOnRandomSchedules() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Noted[] tasks = new Noted[60];
            Map<Integer, Long> model = new HashMap<>();
            long now = (clock.nanoTime() - start) / MILLI;
            fired.clear();
            for (int i = 0; i < tasks.length; i++) {
                tasks[i] = new Noted(i);
            }
            for (int step = 0; step < 300; step++) {
                Noted task = tasks[random.nextInt(tasks.length)];
                switch (random.nextInt(8)) {
                    case 0, 1 ->
                        assertThat(timer.cancel(task))
                                .as("cancel %d, seed %d, step %d", task.id, seed, step)
                                .isEqualTo(model.remove(task.id) != null);
                    case 2 -> {
                        now += random.nextInt(10);
                        clock.advance(Duration.ofMillis(now).minusNanos(clock.nanoTime() - start));
                        checkFired(model, now, "seed " + seed + ", step " + step);
                    }
                    default -> {
                        long at = now + 1 + random.nextInt(30);
                        schedule(task, at);
                        model.put(task.id, at);
                    }
                }
                assertThat(timer.size()).as("seed %d, step %d", seed, step).isEqualTo(model.size());
            }
            for (Noted task : tasks) {
                timer.cancel(task);
            }
        }
    }

    /** The model forgets what is due, and the timer must have fired exactly that, each at its point. */
    private void checkFired(Map<Integer, Long> model, long now, String where) {
        List<Fired> due = new ArrayList<>();
        model.forEach((id, at) -> {
            if (at <= now) {
                due.add(new Fired(id, at));
            }
        });
        due.forEach(entry -> model.remove(entry.id()));
        assertThat(fired).as(where).containsExactlyInAnyOrderElementsOf(due);
        assertThat(fired.stream().map(Fired::atMillis)).as(where).isSorted();
        fired.clear();
    }

    @Test
    void aHundredThousandTasksFireOnceInOrderOrNotAtAll() {
        int count = 100_000;
        Random random = new Random(7);
        List<Noted> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(new Noted(i));
            schedule(tasks.get(i), 1 + random.nextInt(1000));
        }
        assertThat(timer.size()).isEqualTo(count);
        for (int i = 0; i < count; i += 2) {
            assertThat(timer.cancel(tasks.get(i))).isTrue();
        }

        clock.advance(Duration.ofSeconds(1));

        assertThat(timer.size()).isZero();
        assertThat(fired).hasSize(count / 2);
        assertThat(fired.stream().map(Fired::id).distinct()).hasSize(count / 2).allMatch(id -> id % 2 == 1);
        assertThat(fired.stream().map(Fired::atMillis)).isSorted();
    }

    @Test
    void realThreadsLoseNoTaskAndNoneIsEarly() throws InterruptedException {
        KernelClock system = KernelClock.system();
        HeapTimer real = new HeapTimer(system, KernelThreads.system(), "real", MILLI);
        real.start();
        int perThread = 500;
        CountDownLatch all = new CountDownLatch(4 * perThread);
        AtomicInteger early = new AtomicInteger();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            KernelThreads.system()
                    .newThread("adds-" + t, () -> {
                        for (int i = 0; i < perThread; i++) {
                            long at = system.nanoTime() + random.nextInt(5_000_000);
                            real.schedule(
                                    new HeapTimer.Task() {
                                        @Override
                                        protected void fire(long nowNanos) {
                                            if (nowNanos - at < 0 || system.nanoTime() - at < 0) {
                                                early.incrementAndGet();
                                            }
                                            all.countDown();
                                        }
                                    },
                                    at);
                        }
                    })
                    .start();
        }

        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(early).hasValue(0);
        real.stop();
    }
}
