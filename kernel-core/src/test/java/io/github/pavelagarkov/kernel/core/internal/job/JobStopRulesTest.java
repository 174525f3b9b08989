package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the suite does not ask about how a scheduler stops, and what surrounds a run: JS-5, JS-12, JS-13, JS-15, LS-4. */
class JobStopRulesTest {
    private final Fixture fixture = new Fixture();
    private final TestClock clock = fixture.clock;
    private final JobScheduler scheduler = fixture.scheduler;
    private final List<StopReport> reports = new CopyOnWriteArrayList<>();

    private static final JobTask BLOCKS = context -> new CountDownLatch(1).await();

    private void stopInBackground(long seconds) {
        fixture.start(() -> reports.add(scheduler.stop(seconds(seconds))));
    }

    @Test
    void js5_anActionOnATokenThatBlocksDoesNotHoldUpTheStop() {
        try (fixture) {
            CountDownLatch action = new CountDownLatch(1);
            scheduler.register(job("job", context -> {
                        var unused = context.cancellation().onCancel(() -> await(action));
                        BLOCKS.run(context);
                    })
                    .every(seconds(1))
                    .stopMode(StopMode.IMMEDIATE)
                    .build());
            scheduler.start();
            fixture.advanceSeconds(1);

            stopInBackground(10);
            fixture.advanceSeconds(10);

            assertThat(reports)
                    .singleElement()
                    .satisfies(done -> assertThat(done.took()).isEqualTo(Duration.ofMillis(200)));
            action.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void js5_twoStopsShareOneReportAndTheShorterTimeCounts() {
        try (fixture) {
            scheduler.register(job("deaf", fixture.deaf()).every(seconds(1)).build());
            scheduler.start();
            fixture.advanceSeconds(1);

            stopInBackground(100);
            assertThatThrownBy(scheduler::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("scheduler 'jobs' cannot start, it is STOPPING");
            fixture.start(() -> reports.add(scheduler.stop(seconds(5), CancelReason.LEADERSHIP_LOST)));
            // A little before: the report is made by the first, and must reach the second in its time.
            clock.advance(Duration.ofMillis(4_900));

            assertThat(reports).hasSize(2);
            assertThat(reports.get(0)).isSameAs(reports.get(1));
        }
    }

    @Test
    void js5_leadershipLostMakesGracefulJobsImmediate() {
        try (fixture) {
            scheduler.register(job("blocked", BLOCKS).every(seconds(1)).build());
            scheduler.start();
            fixture.advanceSeconds(1);

            fixture.start(() -> reports.add(scheduler.stop(seconds(10), CancelReason.LEADERSHIP_LOST)));
            fixture.advanceSeconds(1);

            assertThat(reports.get(0).took()).isEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void js5_stopFromInsideAJobDoesNotWaitForThatJob() {
        try (fixture) {
            // Both run before either stops: a run that has not begun by then never does.
            CountDownLatch running = new CountDownLatch(2);
            JobTask stops = context -> {
                running.countDown();
                running.await();
                reports.add(scheduler.stop(seconds(10)));
            };
            scheduler.register(job("one", stops).every(seconds(1)).build());
            scheduler.register(job("other", stops).every(seconds(1)).build());
            scheduler.start();

            fixture.advanceSeconds(2);

            assertThat(reports).hasSize(2);
            assertThat(reports.get(0).took()).isLessThan(seconds(1));
            assertThat(scheduler.state()).isEqualTo(JobScheduler.State.STOPPED);
        }
    }

    @Test
    void js5_anInterruptedStopHurriesAndKeepsTheFlag() {
        try (fixture) {
            scheduler.register(job("blocked", BLOCKS).every(seconds(1)).build());
            scheduler.start();
            fixture.advanceSeconds(1);
            AtomicReference<Boolean> flag = new AtomicReference<>();

            Thread stopper = fixture.start(() -> {
                reports.add(scheduler.stop(seconds(1000)));
                flag.set(Thread.currentThread().isInterrupted());
            });
            stopper.interrupt();
            fixture.clock.settle();

            assertThat(reports.get(0).cancelled()).isEqualTo(1);
            assertThat(flag).hasValue(true);
        }
    }

    @Test
    void js12_aRefusedRunIsRejectedToldOnceAMinuteAndTheJobStays() {
        TestClock time = new TestClock();
        AtomicInteger refusals = new AtomicInteger(5);
        KernelThreads real = KernelThreads.of(time.threads());
        KernelThreads refusing = new KernelThreads() {
            @Override
            public Thread newThread(String name, Runnable task) {
                return real.newThread(name, task);
            }

            @Override
            public Executor executor(String name) {
                Executor executor = real.executor(name);
                return task -> {
                    if (refusals.getAndDecrement() > 0) {
                        throw new RejectedExecutionException("full");
                    }
                    executor.execute(task);
                };
            }

            @Override
            public boolean virtual() {
                return false;
            }
        };
        Fixture full = new Fixture(time, Fixture.spec().withLimit(1), refusing);
        try (full) {
            JobHandle tick = full.scheduler.register(
                    job("tick", context -> {}).every(seconds(10)).build());
            full.scheduler.start();

            full.advanceSeconds(60);

            assertThat(tick.stats().count(Outcome.REJECTED)).isEqualTo(5);
            assertThat(tick.stats().count(Outcome.SUCCESS)).isEqualTo(1);
            assertThat(full.events(JobEvent.Finished.class))
                    .extracting(event -> event.result().outcome())
                    .containsExactly(Outcome.REJECTED, Outcome.SUCCESS);
        }
    }

    /** Keeps a map for each thread, as a log library does. */
    private static final class MapCarrier implements ContextCarrier {
        final ThreadLocal<Map<String, String>> current = ThreadLocal.withInitial(Map::of);

        @Override
        public Snapshot capture() {
            return snapshot(current.get());
        }

        @Override
        public Snapshot clean() {
            return snapshot(Map.of());
        }

        private Snapshot snapshot(Map<String, String> base) {
            return new Snapshot() {
                @Override
                public Scope open(Map<String, String> fields) {
                    Map<String, String> before = current.get();
                    Map<String, String> all = new HashMap<>(base);
                    all.putAll(fields);
                    current.set(all);
                    return () -> current.set(before);
                }

                @Override
                public Optional<String> field(String name) {
                    return Optional.ofNullable(base.get(name));
                }
            };
        }
    }

    @Test
    void js13_aScheduledRunIsCleanAndAManualOneCarriesItsCaller() {
        MapCarrier carrier = new MapCarrier();
        Fixture carrying = new Fixture(new TestClock(), Fixture.spec(), carrier);
        try (carrying) {
            List<Map<String, String>> seen = Collections.synchronizedList(new ArrayList<>());
            JobHandle job = carrying.scheduler.register(job("job", context -> seen.add(carrier.current.get()))
                    .every(seconds(10))
                    .build());
            carrier.current.set(Map.of("user", "anna", "correlation_id", "abc"));
            carrying.scheduler.start();
            job.runNow();
            carrying.advanceSeconds(10);

            assertThat(seen.get(0))
                    .containsEntry("user", "anna")
                    .containsEntry("correlation_id", "abc")
                    .containsEntry("job", "job");
            assertThat(seen.get(1)).containsOnlyKeys("job", "run_id", "correlation_id");
            assertThat(job.history())
                    .extracting(RunResult::correlationId)
                    .first()
                    .isEqualTo("abc");
            assertThat(carrier.current.get()).containsOnlyKeys("user", "correlation_id");
        }
    }

    private record FixedScope(Term term, AtomicInteger checks, CancellationToken cancellation) implements LeaderScope {
        @Override
        public boolean isActive() {
            return checks.getAndDecrement() > 0;
        }
    }

    @Test
    void ls4_runsCarryTheTermAndNoneStartsWithoutIt() {
        try (fixture) {
            Term term = new Term("cron", "me", 7, Instant.EPOCH);
            List<Optional<Term>> seen = Collections.synchronizedList(new ArrayList<>());
            JobHandle job = scheduler.register(job("job", context -> seen.add(context.term()))
                    .every(seconds(1))
                    .build());
            scheduler.start(new FixedScope(term, new AtomicInteger(2), new CancellationSource(clock)));

            fixture.advanceSeconds(3);

            assertThat(seen).containsExactly(Optional.of(term), Optional.of(term));
            assertThat(job.stats().count(Outcome.SKIPPED_NOT_LEADER)).isEqualTo(1);
        }
    }

    @Test
    void js15_anInterruptOfOneRunDoesNotStayOnTheThreadOfAPool() {
        TestClock time = new TestClock();
        BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
        List<Boolean> flags = Collections.synchronizedList(new ArrayList<>());
        time.threads()
                .newThread(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        try {
                            Runnable task = queue.take();
                            task.run();
                        } catch (InterruptedException e) {
                            return;
                        }
                        flags.add(Thread.currentThread().isInterrupted());
                    }
                })
                .start();
        KernelThreads one = new KernelThreads() {
            @Override
            public Thread newThread(String name, Runnable task) {
                return KernelThreads.of(time.threads()).newThread(name, task);
            }

            @Override
            public Executor executor(String name) {
                return queue::add;
            }

            @Override
            public boolean virtual() {
                return false;
            }
        };
        Fixture pooled = new Fixture(time, Fixture.spec(), one);
        try (pooled) {
            JobHandle job = pooled.scheduler.register(job("job", context -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .every(seconds(10))
                    .deadline(seconds(1))
                    .build());
            pooled.scheduler.start();

            pooled.advanceSeconds(35);

            assertThat(job.stats().count(Outcome.TIMED_OUT)).isEqualTo(3);
            assertThat(flags).containsOnly(false);
        }
    }

    @Test
    void closeIsTerminalAndIdempotent() {
        scheduler.start();
        scheduler.close();
        scheduler.close();

        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.CLOSED);
        assertThatThrownBy(scheduler::start).hasMessage("scheduler 'jobs' cannot start, it is CLOSED");
        assertThatThrownBy(() -> scheduler.register(job("a", BLOCKS).manual().build()))
                .hasMessage("scheduler 'jobs' cannot register job 'a', it is CLOSED");
    }
}
