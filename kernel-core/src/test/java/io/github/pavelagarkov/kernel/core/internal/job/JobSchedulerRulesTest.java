package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the suite does not ask about when runs start, how they end, and what is told about it: JS-1 to JS-4, JS-8 to JS-10. */
class JobSchedulerRulesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Fixture fixture = new Fixture();
    private final TestClock clock = fixture.clock;
    private final JobScheduler scheduler = fixture.scheduler;
    private final List<Duration> starts = Collections.synchronizedList(new ArrayList<>());
    private final long began = clock.nanoTime();

    private final JobTask note = context -> starts.add(Duration.ofNanos(clock.nanoTime() - began));

    @Test
    void js1_initialDelayMovesTheGridAndJitterIsDrawnOnce() {
        try (fixture) {
            scheduler.register(job("tick", note)
                    .every(seconds(10))
                    .initialDelay(Duration.ZERO)
                    .jitter(seconds(5))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(26);

            Duration first = starts.get(0);
            assertThat(first).isBetween(Duration.ZERO, seconds(5));
            assertThat(starts).startsWith(first, first.plusSeconds(10), first.plusSeconds(20));
        }
    }

    @Test
    void js1_cronSeesASuspendWithinAMinute() {
        try (fixture) {
            scheduler.register(
                    job("hourly", note).cron("0 * * * *", ZoneOffset.UTC).build());
            scheduler.start();

            clock.suspend(Duration.ofMinutes(59).plusSeconds(59));
            fixture.advanceSeconds(60);

            assertThat(starts).hasSize(1);
        }
    }

    @Test
    void js2_skipLeavesAnOverlappingRunOutAndCountsIt() {
        try (fixture) {
            JobHandle slow = scheduler.register(job("slow", context -> {
                        note.run(context);
                        context.cancellation().sleep(seconds(15));
                    })
                    .every(seconds(10))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(40);

            assertThat(starts).containsExactly(seconds(10), seconds(30));
            assertThat(slow.stats().count(Outcome.SKIPPED_OVERLAP)).isEqualTo(2);
        }
    }

    @Test
    void js2_queueOneKeepsOneRunAndStartsItWhenTheOtherEnds() {
        try (fixture) {
            JobHandle slow = scheduler.register(job("slow", context -> {
                        note.run(context);
                        context.cancellation().sleep(seconds(25));
                    })
                    .every(seconds(10))
                    .overlap(Overlap.QUEUE_ONE)
                    .build());
            scheduler.start();

            fixture.advanceSeconds(36);

            assertThat(starts).containsExactly(seconds(10), seconds(35));
            assertThat(slow.stats().count(Outcome.SKIPPED_OVERLAP)).isEqualTo(1);
        }
    }

    @Test
    void js2_waitingMoreThanTenPeriodsIsReportedWithBothNames() {
        Fixture limited = new Fixture(new TestClock(), Fixture.spec().withLimit(1));
        try (limited) {
            limited.scheduler.register(job("hog", limited.deaf())
                    .every(seconds(1000))
                    .initialDelay(Duration.ZERO)
                    .build());
            limited.scheduler.register(job("heartbeat", note).every(seconds(1)).build());
            limited.scheduler.register(job("sweep", note).withDelay(seconds(2)).build());
            limited.scheduler.start();

            limited.advanceSeconds(11);
            assertThat(limited.events(JobEvent.Starved.class)).isEmpty();
            limited.advanceSeconds(30);

            assertThat(limited.events(JobEvent.Starved.class))
                    .extracting(event -> event.waiting() + " " + event.holding())
                    .containsExactly("heartbeat hog", "sweep hog");
        }
    }

    @Test
    void js3_lateByMoreThanGraceSkipsToTheGrid() {
        try (fixture) {
            JobHandle tick =
                    scheduler.register(job("tick", note).every(seconds(10)).build());
            scheduler.start();

            clock.stall(seconds(45));
            fixture.advanceSeconds(10);

            assertThat(starts).containsExactly(seconds(50));
            assertThat(tick.stats().missed()).isEqualTo(4);
            assertThat(fixture.events(JobEvent.Missed.class))
                    .containsExactly(new JobEvent.Missed("jobs", "tick", 4, START.plusSeconds(10), seconds(35)));
        }
    }

    @Test
    void js3_recoverWithinRunsOnceForAPointBeforeTheStart() {
        TestClock late = new TestClock(Instant.parse("2026-01-01T00:20:00Z"));
        Fixture restarted = new Fixture(late, Fixture.spec());
        try (restarted) {
            JobHandle hourly = restarted.scheduler.register(job("hourly", context -> {})
                    .cron("0 * * * *", ZoneOffset.UTC)
                    .recoverWithin(Duration.ofMinutes(30))
                    .build());
            JobHandle never = restarted.scheduler.register(job("never", context -> {})
                    .cron("0 * * * *", ZoneOffset.UTC)
                    .recoverWithin(Duration.ofMinutes(10))
                    .build());

            restarted.scheduler.start();
            restarted.clock.settle();
            restarted.scheduler.stop(seconds(1));
            restarted.scheduler.start();
            restarted.clock.settle();

            assertThat(hourly.history()).extracting(RunResult::fire).containsExactly(Fire.CATCH_UP);
            assertThat(hourly.lastRun().orElseThrow().scheduled()).isEqualTo(START);
            assertThat(never.history()).isEmpty();
        }
    }

    @Test
    void js4_deadlineCancelsThenInterruptsAndTheOutcomeIsTimedOut() {
        try (fixture) {
            List<String> seen = Collections.synchronizedList(new ArrayList<>());
            JobHandle slow = scheduler.register(job("slow", context -> {
                        context.cancellation().onCancel(() -> seen.add("token " + clock.wallMillis() % 100_000));
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            seen.add("interrupt " + clock.wallMillis() % 100_000);
                        }
                    })
                    .every(seconds(10))
                    .deadline(seconds(2))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(15);

            assertThat(seen).hasSize(2);
            assertThat(Long.parseLong(seen.get(1).substring(10))
                            - Long.parseLong(seen.get(0).substring(6)))
                    .isEqualTo(200);
            assertThat(slow.lastRun().orElseThrow().outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(slow.lastRun().orElseThrow().took()).isEqualTo(Duration.ofMillis(2200));
        }
    }

    @Test
    void js4_aTaskThatIgnoresItIsReportedWithItsStackOncePerPeriod() {
        try (fixture) {
            scheduler.register(job("deaf", fixture.deaf())
                    .every(seconds(10))
                    .deadline(seconds(1))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(42);

            List<JobEvent.Stuck> reports = fixture.events(JobEvent.Stuck.class);
            assertThat(reports).hasSize(3);
            assertThat(reports.get(0).frames()).anyMatch(frame -> frame.contains("Fixture"));
        }
    }

    @Test
    void js4_theDeadlineOfALaterRunIsWatchedToo() {
        try (fixture) {
            AtomicInteger runs = new AtomicInteger();
            JobHandle job = scheduler.register(job("mixed", context -> {
                        if (runs.incrementAndGet() == 3) {
                            new CountDownLatch(1).await();
                        }
                    })
                    .every(seconds(1))
                    .deadline(seconds(5))
                    .build());
            scheduler.start();

            fixture.advanceSeconds(10);

            assertThat(job.stats().count(Outcome.TIMED_OUT)).isEqualTo(1);
        }
    }

    @Test
    void js8_anInvalidCronOrADuplicateIsRefusedAndNothingIsRegistered() {
        try (fixture) {
            JobSpec bad = job("bad", note).cron("61 * * * *", ZoneOffset.UTC).build();
            JobSpec good = job("good", note).every(seconds(1)).build();
            scheduler.register(good);

            assertThatThrownBy(() -> scheduler.register(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("trigger of job 'bad': cron expression '61 * * * *' must have five fields");
            assertThatThrownBy(() -> scheduler.register(good))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("job 'good' is already registered in scheduler 'jobs'");
            assertThat(scheduler.jobs()).extracting(JobHandle::name).containsExactly("good");
        }
    }

    @Test
    void js9_runNowTellsItsResultWhateverItIs() {
        try (fixture) {
            JobHandle manual = scheduler.register(job("manual", context -> {
                        throw new IOException("disk");
                    })
                    .manual()
                    .build());
            assertThatThrownBy(manual::runNow)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("job 'manual' cannot run now: scheduler 'jobs' is NEW");
            scheduler.start();
            manual.pause();

            var result = manual.runNow().toCompletableFuture();
            clock.settle();

            assertThat(result.join().outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.join().fire()).isEqualTo(Fire.MANUAL);
        }
    }

    @Test
    void js9_runNowObeysTheOverlapRule() {
        try (fixture) {
            JobHandle deaf =
                    scheduler.register(job("deaf", fixture.deaf()).manual().build());
            scheduler.start();

            var first = deaf.runNow().toCompletableFuture();
            var second = deaf.runNow().toCompletableFuture();

            assertThat(second.join().outcome()).isEqualTo(Outcome.SKIPPED_OVERLAP);
            fixture.release();
            assertThat(first.join().outcome()).isEqualTo(Outcome.SUCCESS);
        }
    }

    @Test
    void js10_tellsNextPointLastRunHistoryAndCounts() {
        Fixture small = new Fixture(new TestClock(), Fixture.spec().withHistorySize(3));
        try (small) {
            JobHandle tick = small.scheduler.register(
                    job("tick", context -> {}).every(seconds(10)).build());
            assertThat(tick.nextFireTime()).isEmpty();
            small.scheduler.start();

            small.advanceSeconds(55);

            assertThat(tick.nextFireTime()).contains(START.plusSeconds(60));
            assertThat(tick.history())
                    .extracting(RunResult::scheduled)
                    .containsExactly(START.plusSeconds(30), START.plusSeconds(40), START.plusSeconds(50));
            assertThat(tick.lastRun()).contains(tick.history().get(2));
            assertThat(tick.stats().count(Outcome.SUCCESS)).isEqualTo(5);
            assertThat(tick.stats().running()).isZero();
        }
    }
}
