package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs of one wake-up that share a thread, in virtual time, with threads that say they are cheap. */
class RunBatchTest {
    private static final int JOBS = 5;
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final Duration MILLI = Duration.ofMillis(1);

    private final TestClock clock = new TestClock();
    private final Fixture fixture = new Fixture(
            clock, SchedulerSpec.of("jobs").withResolution(MILLI), cheap(KernelThreads.of(clock.threads())));
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean block = new AtomicBoolean();
    private volatile String blocked = "none";

    @AfterEach
    void close() {
        fixture.close();
    }

    private static KernelThreads cheap(KernelThreads threads) {
        return new KernelThreads() {
            @Override
            public Thread newThread(String name, Runnable task) {
                return threads.newThread(name, task);
            }

            @Override
            public Executor executor(String name) {
                return threads.executor(name);
            }

            @Override
            public boolean virtual() {
                return true;
            }
        };
    }

    /** The first run after {@code block} was set goes on for ten seconds, or as told. */
    private void start(JobTask whenBlocked) {
        for (int i = 0; i < JOBS; i++) {
            var unused = fixture.scheduler.register(job("job-" + i, context -> run(context, whenBlocked))
                    .every(PERIOD)
                    .deadline(PERIOD.dividedBy(2))
                    .build());
        }
        fixture.scheduler.start();
        // Wake-ups are rounded up: now the one of this point has been, and the look a milli after it has not.
        clock.advance(PERIOD.plus(MILLI).minusNanos(1));
    }

    private void run(JobContext context, JobTask whenBlocked) throws Exception {
        threads.add(Thread.currentThread());
        if (block.compareAndSet(true, false)) {
            blocked = context.jobName();
            whenBlocked.run(context);
        }
    }

    private static void sleep(JobContext context) throws InterruptedException {
        var unused = context.cancellation().sleep(Duration.ofSeconds(10));
    }

    @Test
    void shortRunsShareAThreadAndOthersDoNot() {
        start(RunBatchTest::sleep);
        assertThat(new HashSet<>(threads)).as("nothing is known of a first run").hasSize(JOBS);

        threads.clear();
        clock.advance(PERIOD);

        assertThat(threads).hasSize(JOBS);
        assertThat(new HashSet<>(threads)).hasSize(1);
    }

    @Test
    void js4_aRunThatTakesLongDelaysNoOtherByMoreThanTwoLooks() {
        start(RunBatchTest::sleep);
        threads.clear();
        block.set(true);

        clock.advance(PERIOD);
        clock.advance(MILLI.multipliedBy(2));

        assertThat(threads).hasSize(JOBS);
        assertThat(new HashSet<>(threads)).hasSize(JOBS);
        threads.clear();
        clock.advance(PERIOD);
        assertThat(fixture.scheduler.job(blocked).orElseThrow().stats().outcomes())
                .containsEntry(Outcome.TIMED_OUT, 1L);
    }

    @Test
    void js4_theDeadlineOfALongRunCountsFromItsStartAlthoughItWasExpectedToBeShort() {
        List<Duration> left = Collections.synchronizedList(new ArrayList<>());
        List<Long> ended = Collections.synchronizedList(new ArrayList<>());
        start(context -> {
            long began = clock.nanoTime();
            left.add(context.remaining().orElseThrow());
            sleep(context);
            ended.add(clock.nanoTime() - began);
        });
        block.set(true);

        clock.advance(PERIOD);
        clock.advance(PERIOD);

        assertThat(left).containsExactly(PERIOD.dividedBy(2));
        assertThat(ended)
                .singleElement()
                .satisfies(nanos -> assertThat(Duration.ofNanos(nanos))
                        .isBetween(PERIOD.dividedBy(2), PERIOD.dividedBy(2).plus(MILLI)));
    }

    @Test
    void js4_aShortRunThatIsAloneHasItsDeadlineToo() {
        endsAtItsDeadline(PERIOD.dividedBy(2));
    }

    @Test
    void js4_aDeadlineThatIsNearerThanALookIsKept() {
        endsAtItsDeadline(MILLI);
    }

    private void endsAtItsDeadline(Duration deadline) {
        var job = fixture.scheduler.register(job("alone", context -> run(context, RunBatchTest::sleep))
                .every(PERIOD)
                .deadline(deadline)
                .build());
        fixture.scheduler.start();
        clock.advance(PERIOD.plus(MILLI));
        block.set(true);

        clock.advance(PERIOD);
        clock.advance(deadline.plus(MILLI));

        assertThat(job.stats().outcomes()).containsEntry(Outcome.SUCCESS, 1L).containsEntry(Outcome.TIMED_OUT, 1L);
    }

    @Test
    void js15_theInterruptOfARunThatTookTooLongReachesNoOther() {
        List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
        start(fixture.deaf());
        threads.clear();
        block.set(true);
        clock.advance(PERIOD);
        clock.advance(PERIOD.multipliedBy(4));
        fixture.release();

        threads.forEach(thread -> interrupted.add(thread.isInterrupted()));
        clock.advance(PERIOD.multipliedBy(2));

        assertThat(interrupted).doesNotContain(true);
        for (int i = 0; i < JOBS; i++) {
            var outcomes =
                    fixture.scheduler.job("job-" + i).orElseThrow().stats().outcomes();
            assertThat(outcomes.get(Outcome.TIMED_OUT)).isEqualTo(blocked.equals("job-" + i) ? 1L : 0L);
            assertThat(outcomes.get(Outcome.CANCELLED)).isZero();
        }
    }

    @Test
    void js5_aStopDropsTheRunsThatWaitBehindAnother() {
        CompletableFuture<StopReport> report = new CompletableFuture<>();
        start(RunBatchTest::sleep);
        threads.clear();
        block.set(true);
        clock.advance(PERIOD);
        assertThat(threads).hasSize(1);

        fixture.start(() -> report.complete(fixture.scheduler.stop(Duration.ofSeconds(1))));
        clock.advance(Duration.ofSeconds(2));

        assertThat(threads).hasSize(1);
        assertThat(report.join().droppedQueued()).isEqualTo(JOBS - 1);
        assertThat(report.join().abandoned()).isEmpty();
    }
}
