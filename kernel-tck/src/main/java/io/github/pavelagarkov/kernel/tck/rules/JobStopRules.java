package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.opentest4j.TestAbortedException;

/**
 * How a scheduler stops and starts again, and what it does where no threads are to be had: JS-5, JS-6, JS-12. Give the suite
 * a scheduler by {@code KernelFixture.scheduler}.
 */
public class JobStopRules extends SchedulerContract {
    private static final Duration INTERRUPT_AFTER = Duration.ofMillis(200);

    private final List<Duration> interrupts = new CopyOnWriteArrayList<>();
    private final List<Optional<CancelReason>> reasons = new CopyOnWriteArrayList<>();

    /** For the test engine. */
    public JobStopRules() {}

    /** {@return a task that blocks until it is interrupted, and writes down when and why} */
    private JobTask untilInterrupted() {
        return context -> {
            note().run(context);
            try {
                blocks().run(context);
            } catch (InterruptedException e) {
                interrupts.add(time().now());
                reasons.add(context.cancellation().reason());
                throw e;
            }
        };
    }

    private JobTask notedAndDeaf() {
        return context -> {
            note().run(context);
            deaf().run(context);
        };
    }

    /** {@return the job, running} */
    private JobHandle running(JobSpec.Builder spec) {
        JobHandle job = register(spec);
        begin();
        var unused = run(job);
        return job;
    }

    private CompletableFuture<RunResult> run(JobHandle job) {
        int before = starts.size();
        CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
        until("a run of job '" + job.name() + "' has begun", () -> starts.size() > before);
        return result;
    }

    /** Look at the one point after which no run begins: timers, queues and runNow all ask there. */
    @Rule("JS-5")
    void js5_noRunBeginsAfterAStop() {
        JobHandle tick = register(ticking("tick", note()));
        begin();
        until("the job runs", () -> starts.size() >= 2);

        StopReport report = stopped(ticks(2));
        int before = starts.size();
        time().pass(ticks(5));

        assertThat(report.clean()).as("a stop without a run left").isTrue();
        assertThat(starts).as("runs begun, after the stop").hasSize(before);
        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.STOPPED);
        assertThat(tick.nextFireTime()).as("next fire time of a stopped job").isEmpty();
        assertThatThrownBy(tick::runNow, "runNow after the stop").isInstanceOf(IllegalStateException.class);
    }

    /** Look for a wait that can miss its signal: a stop in the moment of the start has nothing to wait for. */
    @Rule("JS-5")
    void js5_aStopRightAfterTheStartReturns() {
        register(ticking("tick", NOTHING));

        CompletableFuture<StopReport> report = time().start(() -> {
            scheduler.start();
            return scheduler.stop(ticks(50));
        });

        assertThat(ended("stop right after start", ticks(50), report).clean()).isTrue();
        if (time().exact()) {
            assertThat(report.join().took()).as("how long it took").isEqualTo(Duration.ZERO);
        }
    }

    /** Look at IMMEDIATE: the token at once, the interrupt 200 ms later, and no wait beyond the end of the run. */
    @Rule("JS-5")
    void js5_immediateCancelsAtOnceAndInterrupts200MillisecondsLater() {
        List<Duration> cancelled = new CopyOnWriteArrayList<>();
        JobHandle job = running(job("job", context -> {
                    var unused = context.cancellation().onCancel(() -> cancelled.add(time().now()));
                    untilInterrupted().run(context);
                })
                .manual()
                .stopMode(StopMode.IMMEDIATE));

        Duration asked = time().now();
        StopReport report = stopped(ticks(10));

        assertThat(interrupts).as("interrupts of the run").hasSize(1);
        assertPoint("interrupt after the stop", interrupts.get(0), asked.plus(INTERRUPT_AFTER));
        assertThat(reasons).as("what its token told then").containsExactly(Optional.of(CancelReason.STOP));
        assertPoint("cancellation after the stop", cancelled.get(0), asked);
        assertThat(report.cancelled()).as("runs cancelled").isEqualTo(1);
        assertThat(report.clean()).as("nothing left").isTrue();
        assertThat(job.lastRun().orElseThrow().outcome()).as("outcome").isEqualTo(Outcome.CANCELLED);
        if (time().exact()) {
            assertThat(report.took()).as("how long the stop took").isEqualTo(INTERRUPT_AFTER);
        }
    }

    /** Look at the default stop mode: a run is asked by stopRequested(), and left alone while it finishes. */
    @Rule("JS-5")
    void js5_gracefulOnlyAsks() {
        List<Boolean> cancelled = new CopyOnWriteArrayList<>();
        JobHandle job = running(job("polite", context -> {
                    note().run(context);
                    while (!context.stopRequested() && !context.cancellation().isCancelled()) {
                        context.cancellation().sleep(ticks(1));
                    }
                    cancelled.add(context.cancellation().isCancelled());
                })
                .manual());

        StopReport report = stopped(ticks(20));

        assertThat(cancelled)
                .as("tokens cancelled when stopRequested() told a run to end")
                .containsExactly(false);
        assertThat(report.completed()).as("runs that ended by themselves").isEqualTo(1);
        assertThat(report.cancelled()).as("runs that were cancelled").isZero();
        assertThat(job.lastRun().orElseThrow().outcome()).as("outcome").isEqualTo(Outcome.SUCCESS);
    }

    /** Look at the end of the time of a stop: the last min(1 s, 20 %) is for interrupts, also in GRACEFUL jobs. */
    @Rule("JS-5")
    void js5_gracefulInterruptsInTheLastPartOfTheTime() {
        running(job("blocked", untilInterrupted()).manual());
        Duration maxWait = ticks(10);
        Duration tail = time().exact() ? Duration.ofSeconds(1) : maxWait.dividedBy(5);

        Duration asked = time().now();
        StopReport report = stopped(maxWait);

        assertThat(interrupts).as("interrupts of a run that blocks").hasSize(1);
        assertPoint(
                "interrupt after the stop",
                interrupts.get(0),
                asked.plus(maxWait).minus(tail));
        assertThat(report.cancelled()).as("runs cancelled").isEqualTo(1);
        assertThat(report.clean()).as("nothing left").isTrue();
    }

    /** Look at what a stop waits for without a bound, and at what it tells of the runs it leaves: thread and stack. */
    @Rule("JS-5")
    void js5_whatIgnoresEverythingIsAbandonedInTimeAndReported() {
        JobHandle deaf = running(job("deaf", notedAndDeaf()).manual());

        StopReport report = stopped(ticks(10));

        if (time().exact()) {
            assertThat(report.took()).as("how long a stop with 10 s took").isLessThanOrEqualTo(ticks(10));
            assertThat(time().now()).as("when the stop was seen to be over").isLessThan(ticks(11));
        }
        assertThat(report.clean()).as("nothing left").isFalse();
        assertThat(report.abandoned()).as("runs abandoned").hasSize(1);
        StopReport.AbandonedRun run = report.abandoned().get(0);
        assertThat(run.job()).isEqualTo("deaf");
        assertThat(run.thread()).as("the name of its thread").isNotBlank();
        assertThat(run.frames())
                .as("its stack")
                .anyMatch(frame -> frame.contains(SchedulerContract.class.getSimpleName()), "has the task");
        assertThat(deaf.lastRun().orElseThrow().outcome()).as("outcome").isEqualTo(Outcome.ABANDONED);
        assertThat(deaf.lastRun().orElseThrow().runId()).as("the run").isEqualTo(run.runId());
        assertThat(deaf.stats().running()).as("runs still going on").isEqualTo(1);
        assertThat(events.of(JobEvent.SchedulerStopped.class))
                .as("reports told")
                .extracting(JobEvent.SchedulerStopped::report)
                .containsExactly(report);
        release();
        until("the run that was left is known to have ended", () -> deaf.stats().running() == 0);
        assertThat(deaf.history()).as("results of one run").hasSize(1);
    }

    /** Look at the queues: a run that waits is dropped, and its caller told. */
    @Rule("JS-5")
    void js5_queuedRunsAreDroppedAndTheirCallersTold() {
        JobHandle job = running(job("job", untilInterrupted())
                .manual()
                .overlap(Overlap.QUEUE_ONE)
                .stopMode(StopMode.IMMEDIATE));
        CompletableFuture<RunResult> queued = job.runNow().toCompletableFuture();

        StopReport report = stopped(ticks(10));
        until("the caller of the queued run is told", queued::isDone);

        assertThat(report.droppedQueued()).as("queued runs dropped").isEqualTo(1);
        assertThat(queued.join().outcome()).as("what its caller is told").isEqualTo(Outcome.CANCELLED);
        assertThat(starts).as("runs begun").hasSize(1);
    }

    /** Look at a second stop while one goes on: it waits for the same end and gets the same report. */
    @Rule("JS-5")
    void js5_twoStopsShareOneReport() {
        running(job("deaf", notedAndDeaf()).manual());

        CompletableFuture<StopReport> first = stopping(ticks(5));
        CompletableFuture<StopReport> second = stopping(ticks(5));

        StopReport report = ended("the first stop", ticks(5), first);
        assertThat(ended("the second stop", ticks(5), second))
                .as("report of the second stop")
                .isEqualTo(report);
        assertThat(events.of(JobEvent.SchedulerStopped.class))
                .as("reports told")
                .hasSize(1);
    }

    /** Look at a stop that is called by a run: it must not wait for the run that waits for it. */
    @Rule("JS-5")
    void js5_aStopFromInsideAJobDoesNotWaitForThatJob() {
        List<StopReport> reports = new CopyOnWriteArrayList<>();
        JobHandle stopper = register(job("stopper", context -> reports.add(scheduler.stop(ticks(20))))
                .manual());
        begin();

        stopper.runNow();
        until("a stop from inside a job has returned", () -> !reports.isEmpty());
        until("the scheduler has stopped", () -> scheduler.state() == JobScheduler.State.STOPPED);

        if (time().exact()) {
            assertThat(reports.get(0).took())
                    .as("how long a stop with 20 s took, called by the only run")
                    .isLessThan(ticks(1));
        }
    }

    /** Look at what a stop leaves behind that the next start needs: threads, flags, points of before. */
    @Rule("JS-6")
    void js6_runsAgainAfterEachStart() {
        register(ticking("tick", note()));

        for (int round = 1; round <= 3; round++) {
            int before = starts.size();
            Duration began = begin();
            until("the job runs after start " + round, () -> starts.size() > before);

            assertPoint("first run after start " + round, starts.get(before), began.plus(ticks(1)));
            assertThat(stopped(ticks(5)).clean())
                    .as("stop " + round + " without a run left")
                    .isTrue();
        }
    }

    /** Look at where the runs of a job are counted: an abandoned one counts across a restart, until it ends. */
    @Rule("JS-6")
    void js6_anAbandonedRunStillCountsAgainstItsJobAfterARestart() {
        register(ticking("deaf", notedAndDeaf()));
        begin();
        until("the run has begun", () -> !starts.isEmpty());
        stopped(ticks(3));

        begin();
        time().pass(ticks(5));

        assertThat(starts)
                .as("runs at once of a job that may have one, after a restart")
                .hasSize(1);
        release();
        until("the job runs again once the abandoned run has ended", () -> starts.size() >= 2);
    }

    /** Look at a start while a stop goes on: it is refused, so that no second generation joins the first. */
    @Rule("JS-6")
    void js6_aStartDuringAStopIsRefused() {
        running(job("deaf", notedAndDeaf()).manual());
        CompletableFuture<StopReport> stop = stopping(ticks(10));
        until("the scheduler is stopping", () -> scheduler.state() == JobScheduler.State.STOPPING);

        assertThatThrownBy(scheduler::start, "start while STOPPING")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("STOPPING");
        release();
        ended("stop", ticks(10), stop);
        scheduler.start();

        assertThat(scheduler.state()).as("state after start").isEqualTo(JobScheduler.State.RUNNING);
    }

    /** A container's factory: it makes threads until it is told to refuse. */
    private final class RefusingThreads implements ThreadFactory {
        final AtomicInteger refused = new AtomicInteger();
        volatile boolean refusing;

        @Override
        public Thread newThread(Runnable task) {
            if (refusing) {
                refused.incrementAndGet();
                throw new RejectedExecutionException("the pool is full");
            }
            return time().threads().newThread(task);
        }

        /** Lets time pass until it has refused some, or skips the test. */
        void awaitRefusals(int count) {
            until(
                    "a job whose runs are refused stays scheduled: a thread is asked for " + count + " times",
                    () -> refused.get() >= count || (refused.get() == 0 && starts.size() >= 3));
            if (refused.get() == 0) {
                throw new TestAbortedException(
                        "the implementation under test has threads of its own: none was refused");
            }
        }
    }

    /** Look at what happens when the thread for a run is refused: an outcome, one report a minute, and the next point comes. */
    @Rule("JS-12")
    void js12_aRunWithoutAThreadIsRejectedAndTheJobStaysScheduled() {
        RefusingThreads threads = new RefusingThreads();
        scheduler = open(spec(), threads);
        JobHandle tick = register(ticking("tick", note()));
        begin();

        threads.refusing = true;
        threads.awaitRefusals(5);
        until("REJECTED is counted", () -> tick.stats().count(Outcome.REJECTED) >= 4);

        assertThat(starts).as("runs on a thread that was refused").isEmpty();
        assertThat(rejections()).as("reports of refusals within a minute").isEqualTo(1);
        if (time().exact()) {
            time().pass(Duration.ofSeconds(60));
            assertThat(rejections())
                    .as("reports of refusals after another minute")
                    .isEqualTo(2);
        }
        threads.refusing = false;
        until("the job runs when threads are to be had again", () -> !starts.isEmpty());
    }

    private long rejections() {
        return told("tick").stream()
                .filter(result -> result.outcome() == Outcome.REJECTED)
                .count();
    }

    /** Look at what a stop needs a thread for: in a container that has stopped there is none, and the runs must end anyway. */
    @Rule("JS-12")
    void js12_aStopEndsRunsAlsoWhenNoThreadIsToBeHad() {
        RefusingThreads threads = new RefusingThreads();
        scheduler = open(spec(), threads);
        running(job("job", context -> {
                    // Something to be called on cancellation, for which a thread may be asked.
                    var unused = context.cancellation().onCancel(() -> {});
                    untilInterrupted().run(context);
                })
                .manual()
                .stopMode(StopMode.IMMEDIATE));

        threads.refusing = true;
        StopReport report = stopped(ticks(20));

        assertThat(report.clean())
                .as("a stop without new threads, of a run that ends when interrupted")
                .isTrue();
        assertThat(report.cancelled()).as("runs cancelled").isEqualTo(1);
        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.STOPPED);
    }

    /** Look at a refusal in start: it is told to the caller, and the scheduler can be started once threads are to be had. */
    @Rule("JS-12")
    void js12_aStartWithoutThreadsLeavesTheSchedulerAsItWas() {
        RefusingThreads threads = new RefusingThreads();
        scheduler = open(spec(), threads);
        register(ticking("tick", note()));

        threads.refusing = true;
        try {
            scheduler.start();
        } catch (RuntimeException e) {
            assertThat(scheduler.state())
                    .as("state after a start that failed with " + e)
                    .isEqualTo(JobScheduler.State.NEW);
        }
        threads.refusing = false;
        begin();

        until("the job runs", () -> !starts.isEmpty());
    }
}
