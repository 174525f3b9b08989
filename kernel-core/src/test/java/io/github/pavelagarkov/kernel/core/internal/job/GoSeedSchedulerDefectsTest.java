package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Every defect found in the scheduler this project began from, as a test that it is not here. S14, a data race, is the stress
 * test's; V1 is the supervisor's.
 */
class GoSeedSchedulerDefectsTest {
    private final Fixture fixture = new Fixture();
    private final JobScheduler scheduler = fixture.scheduler;

    private static final JobTask NOTHING = context -> {};

    @Test
    void s1_stopRightAfterStartReturns() {
        try (fixture) {
            scheduler.register(job("tick", NOTHING).every(seconds(1)).build());
            Thread.currentThread().interrupt();
            scheduler.start();

            assertThat(scheduler.stop(seconds(5)).clean()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void s2_s6_s7_badValuesAreRefusedBeforeAnythingStarts() {
        assertThatThrownBy(() -> job("tick", NOTHING).every(Duration.ZERO).build())
                .hasMessageContaining("tick");
        assertThatThrownBy(() -> job("tick", NOTHING)
                        .every(seconds(1))
                        .deadline(Duration.ZERO)
                        .build())
                .hasMessageContaining("deadline of job 'tick'");
        assertThatThrownBy(() -> job("", NOTHING).every(seconds(1)).build()).hasMessageContaining("job name");
    }

    @Test
    void s2_aFactoryThatRefusesTheDispatcherLeavesTheStateAsItWas() {
        TestClock clock = new TestClock();
        AtomicInteger calls = new AtomicInteger();
        Fixture refusing = new Fixture(clock, Fixture.spec(), KernelThreads.of(task -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("container has stopped");
            }
            return clock.threads().newThread(task);
        }));
        try (refusing) {
            assertThatThrownBy(refusing.scheduler::start).hasMessage("container has stopped");
            assertThat(refusing.scheduler.state()).isEqualTo(JobScheduler.State.NEW);

            refusing.scheduler.start();
            assertThat(refusing.scheduler.state()).isEqualTo(JobScheduler.State.RUNNING);
        }
    }

    @Test
    void s3_s4_restartDuringStopNeverOverlapsGenerations() {
        try (fixture) {
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            JobTask deaf = fixture.deaf();
            scheduler.register(job("deaf", context -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        deaf.run(context);
                        now.decrementAndGet();
                    })
                    .every(seconds(1))
                    .build());
            scheduler.start();
            fixture.advanceSeconds(1);

            Thread stopper = fixture.start(() -> scheduler.stop(seconds(5)));
            assertThatThrownBy(scheduler::start).isInstanceOf(IllegalStateException.class);
            fixture.advanceSeconds(5);
            assertThat(stopper.isAlive()).isFalse();
            scheduler.start();
            fixture.advanceSeconds(5);

            assertThat(most).hasValue(1);
        }
    }

    @Test
    void s5_aJobThatIgnoresEverythingDoesNotBlockStop() {
        try (fixture) {
            scheduler.register(job("deaf", fixture.deaf()).every(seconds(1)).build());
            scheduler.start();
            fixture.advanceSeconds(1);

            Thread stopper = fixture.start(() -> scheduler.stop(seconds(5)));
            fixture.advanceSeconds(5);

            assertThat(stopper.isAlive()).isFalse();
        }
    }

    @Test
    @SuppressWarnings("removal") // the nearest thing to Goexit
    void s8_whateverEndsARunTheJobGoesOn() {
        try (fixture) {
            JobHandle tick = scheduler.register(job("tick", context -> {
                        throw new ThreadDeath();
                    })
                    .every(seconds(1))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(3);

            assertThat(tick.stats().count(Outcome.FAILED)).isEqualTo(3);
        }
    }

    @Test
    void s9_s12_aCancellationNobodyAskedForIsAFailureToldOnceWithItsStack() {
        try (fixture) {
            scheduler.register(job("driver", context -> {
                        throw new CancellationException("by the driver");
                    })
                    .every(seconds(1))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(1);

            List<JobEvent.Finished> told = fixture.events(JobEvent.Finished.class);
            assertThat(told).hasSize(1);
            assertThat(told.get(0).result().outcome()).isEqualTo(Outcome.FAILED);
            assertThat(told.get(0).result().error().orElseThrow().getStackTrace())
                    .isNotEmpty();
        }
    }

    @Test
    void s10_aJobThatIsKeptWaitingIsReported() {
        Fixture one = new Fixture(new TestClock(), Fixture.spec().withLimit(1));
        try (one) {
            one.scheduler.register(job("hog", one.deaf())
                    .every(seconds(100))
                    .initialDelay(Duration.ZERO)
                    .build());
            one.scheduler.register(
                    job("heartbeat", NOTHING).every(Duration.ofMillis(10)).build());
            one.scheduler.start();

            one.advanceSeconds(2);

            assertThat(one.events(JobEvent.Starved.class)).hasSize(1);
        }
    }

    @Test
    void s11_aGracefulRunLearnsThatAStopIsRequested() {
        try (fixture) {
            List<Boolean> seen = Collections.synchronizedList(new ArrayList<>());
            scheduler.register(job("polite", context -> seen.add(untilStop(context)))
                    .every(seconds(1))
                    .build());
            scheduler.start();
            fixture.advanceSeconds(1);

            Thread stopper = fixture.start(() -> scheduler.stop(seconds(30)));
            fixture.advanceSeconds(1);

            assertThat(stopper.isAlive()).isFalse();
            assertThat(seen).containsExactly(true);
        }
    }

    private static boolean untilStop(JobContext context) throws InterruptedException {
        while (!context.stopRequested()) {
            context.cancellation().sleep(seconds(1));
        }
        return context.stopRequested() && !context.cancellation().isCancelled();
    }

    @Test
    void s13_noTwoRunsBackToBackAfterASlowOne() {
        try (fixture) {
            AtomicInteger runs = new AtomicInteger();
            JobHandle slow = scheduler.register(job("slow", context -> {
                        if (runs.incrementAndGet() == 1) {
                            context.cancellation().sleep(Duration.ofMillis(2500));
                        }
                    })
                    .every(seconds(1))
                    .initialDelay(Duration.ZERO)
                    .build());
            scheduler.start();

            fixture.advanceSeconds(4);

            assertThat(slow.history())
                    .extracting(RunResult::lateness)
                    .containsExactly(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        }
    }

    @Test
    void s15_jobsCanBeAddedRemovedPausedAndRunByHandWhileRunning() {
        try (fixture) {
            scheduler.start();
            JobHandle tick =
                    scheduler.register(job("tick", NOTHING).every(seconds(1)).build());

            tick.pause();
            tick.runNow();
            fixture.advanceSeconds(5);

            assertThat(tick.stats().count(Outcome.SUCCESS)).isEqualTo(1);
            assertThat(scheduler.unregister("tick", seconds(1))).isTrue();
        }
    }

    @Test
    void c1_c2_aCronJobIsIsolatedNotOverlappedAndWaitedFor() {
        try (fixture) {
            AtomicInteger runs = new AtomicInteger();
            JobHandle cron = scheduler.register(job("cron", context -> {
                        if (runs.incrementAndGet() == 1) {
                            throw new IllegalStateException("boom");
                        }
                        new CountDownLatch(1).await();
                    })
                    .cron("* * * * *", ZoneOffset.UTC)
                    .stopMode(StopMode.IMMEDIATE)
                    .build());
            scheduler.start();
            fixture.advanceSeconds(180);

            Thread stopper = fixture.start(() -> scheduler.stop(seconds(5)));
            fixture.advanceSeconds(1);

            assertThat(stopper.isAlive()).isFalse();
            assertThat(cron.history())
                    .extracting(RunResult::outcome)
                    .containsExactly(Outcome.FAILED, Outcome.CANCELLED);
            assertThat(cron.stats().count(Outcome.SKIPPED_OVERLAP)).isEqualTo(1);
            assertThatThrownBy(() -> scheduler.register(
                            job("bad", NOTHING).cron("nonsense", ZoneOffset.UTC).build()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
