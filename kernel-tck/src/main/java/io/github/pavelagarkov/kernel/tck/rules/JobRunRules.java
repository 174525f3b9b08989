package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What surrounds one run of a job: its deadline, its failure, its context and its thread: JS-4, JS-7, JS-13, JS-15. Give the
 * suite a scheduler by {@code KernelFixture.scheduler}.
 */
public class JobRunRules extends SchedulerContract {
    private static final Duration LONG = Duration.ofMinutes(5);

    /** For the test engine. */
    public JobRunRules() {}

    private RunResult run(JobHandle job) {
        CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
        until("the run of job '" + job.name() + "' has ended", result::isDone);
        return result.join();
    }

    /** Look at who watches a run: at its deadline the token is cancelled, with DEADLINE, and then its thread interrupted. */
    @Rule("JS-4")
    void js4_theDeadlineCancelsTheTokenAndThenInterrupts() {
        List<Optional<CancelReason>> atInterrupt = new CopyOnWriteArrayList<>();
        List<Duration> cancelled = new CopyOnWriteArrayList<>();
        JobHandle slow = register(job("slow", context -> {
                    note().run(context);
                    var unused = context.cancellation().onCancel(() -> cancelled.add(time().now()));
                    try {
                        blocks().run(context);
                    } catch (InterruptedException e) {
                        atInterrupt.add(context.cancellation().reason());
                    }
                })
                .manual()
                .deadline(ticks(2)));
        begin();

        RunResult result = run(slow);
        until("the token's action has been called", () -> !cancelled.isEmpty());

        assertPoint(
                "cancelled with a deadline of " + ticks(2),
                cancelled.get(0),
                starts.get(0).plus(ticks(2)));
        assertThat(atInterrupt)
                .as("interrupts, each with the reason that the token told then")
                .containsExactly(Optional.of(CancelReason.DEADLINE));
        assertThat(result.outcome()).as("outcome").isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.took()).as("how long it took").isGreaterThanOrEqualTo(ticks(2));
    }

    /** Look at what decides the outcome: the deadline, not whether the task returned, threw or was interrupted. */
    @Rule("JS-4")
    void js4_aTaskThatReturnsOrThrowsAfterItsDeadlineIsTimedOut() {
        JobTask untilCancelled = context -> {
            while (!context.cancellation().isCancelled()) {
                context.cancellation().sleep(LONG);
            }
        };
        JobHandle returns = register(job("returns", untilCancelled).manual().deadline(ticks(1)));
        JobHandle fails = register(job("fails", context -> {
                    untilCancelled.run(context);
                    throw new IOException("connection closed");
                })
                .manual()
                .deadline(ticks(1)));
        begin();

        assertThat(run(returns).outcome())
                .as("outcome of a task that returns late")
                .isEqualTo(Outcome.TIMED_OUT);
        assertThat(run(fails).outcome())
                .as("outcome of a task that throws late")
                .isEqualTo(Outcome.TIMED_OUT);
    }

    /** Look at when the deadline begins: with the run, not when it was due or queued. */
    @Rule("JS-4")
    void js4_theDeadlineCountsFromTheStartOfTheRun() {
        scheduler = open(spec().withLimit(1));
        List<Optional<Duration>> remaining = new CopyOnWriteArrayList<>();
        JobHandle holder = register(job("holder", blocks()).manual());
        JobHandle waiting = register(job("waiting", context -> remaining.add(context.remaining()))
                .manual()
                .deadline(ticks(20)));
        begin();

        holder.runNow();
        CompletableFuture<RunResult> result = waiting.runNow().toCompletableFuture();
        time().pass(ticks(25));
        release();
        until("the run that waited longer than its deadline has ended", result::isDone);

        assertThat(result.join().outcome())
                .as("outcome of a short run that waited longer than its deadline before it started")
                .isEqualTo(Outcome.SUCCESS);
        assertThat(remaining.get(0).orElseThrow())
                .as("remaining() at the start of the run")
                .isGreaterThan(Duration.ZERO)
                .isLessThanOrEqualTo(ticks(20));
    }

    /** Look at the clock of the deadline: the monotonic one. The wall clock may be set while a run goes on. */
    @Rule("JS-4")
    void js4_theDeadlineIsMeasuredMonotonically() {
        requires(Capability.TIME_CONTROL);
        JobHandle job = register(job("job", blocks()).manual().deadline(Duration.ofSeconds(10)));
        begin();
        CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
        time().pass(Duration.ofSeconds(2));

        time().jumpWall(Duration.ofHours(1));
        time().pass(Duration.ofSeconds(2));
        release();
        until("the run has ended", result::isDone);

        assertThat(result.join().outcome())
                .as("outcome of 4 s of work with a deadline of 10 s, while the wall clock was set")
                .isEqualTo(Outcome.SUCCESS);
    }

    /** Look at what is told of a run that ignores token and interrupt: a JobEvent.Stuck with its stack, once a period. */
    @Rule("JS-4")
    void js4_aRunThatIgnoresBothIsReportedWithItsStackOnceAPeriod() {
        register(job("deaf", deaf()).every(ticks(10)).initialDelay(ticks(1)).deadline(ticks(1)));

        begin();
        until(
                "a JobEvent.Stuck has been told twice",
                () -> events.of(JobEvent.Stuck.class).size() >= 2);

        JobEvent.Stuck first = events.of(JobEvent.Stuck.class).get(0);
        JobEvent.Stuck second = events.of(JobEvent.Stuck.class).get(1);
        assertThat(first.job()).isEqualTo("deaf");
        assertThat(first.running()).as("how long it has run").isGreaterThanOrEqualTo(ticks(1));
        assertThat(first.frames())
                .as("its stack")
                .anyMatch(frame -> frame.contains(SchedulerContract.class.getSimpleName()), "has the task");
        assertThat(first.thread()).as("the name of its thread").isNotBlank();
        assertThat(second.running().minus(first.running()))
                .as("time between two reports with a period of " + ticks(10))
                .isGreaterThanOrEqualTo(ticks(9));
    }

    /** Look at what is caught around a task, Errors included, how often it is told, and whether the next point still comes. */
    @Rule("JS-7")
    void js7_whateverATaskThrowsIsToldOnceWithItsStackAndTheScheduleGoesOn() {
        List<Throwable> all = List.of(
                new IOException("disk"),
                new AssertionError("bug"),
                new LinkageError("class path"),
                new CancellationException("by a driver"),
                new InterruptedException("by nobody"));
        List<Long> runIds = new CopyOnWriteArrayList<>();
        register(ticking("failing", context -> {
            runIds.add(context.runId());
            if (runIds.size() <= all.size()) {
                sneakyThrow(all.get(runIds.size() - 1));
            }
        }));

        begin();
        until(
                "a job whose first " + all.size() + " runs throw succeeds at a later point",
                () -> told("failing").stream().anyMatch(result -> result.outcome() == Outcome.SUCCESS));

        List<RunResult> failures = told("failing").stream()
                .filter(result -> result.error().isPresent())
                .toList();
        assertThat(failures)
                .as("errors told, each once")
                .extracting(result -> result.error().orElseThrow())
                .containsExactlyElementsOf(all);
        assertThat(failures).extracting(RunResult::outcome).as("their outcomes").containsOnly(Outcome.FAILED);
        assertThat(failures)
                .extracting(RunResult::runId)
                .as("their runs")
                .containsExactlyElementsOf(runIds.subList(0, all.size()));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Look at the outcome of a run that throws because it was asked to end. */
    @Rule("JS-7")
    void js7_aCancellationExceptionIsCancelledIfTheTokenWasCancelled() {
        AtomicInteger begun = new AtomicInteger();
        JobHandle job = register(job("job", context -> {
                    begun.incrementAndGet();
                    context.cancellation().sleep(LONG);
                    context.cancellation().throwIfCancelled();
                })
                .manual());
        begin();
        CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
        until("the run has begun", () -> begun.get() > 0);

        job.cancelRunning();
        until("the run has ended", result::isDone);

        assertThat(result.join().outcome())
                .as("outcome of a run that was cancelled and threw CancellationException")
                .isEqualTo(Outcome.CANCELLED);
    }

    /** Look at VirtualMachineErrors: a process that threw one may be broken, so a KernelEvent.Fatal is told as well. */
    @Rule("JS-7")
    void js7_aVirtualMachineErrorIsReportedAsFatalToo() {
        StackOverflowError error = new StackOverflowError("by the suite");
        register(ticking("deep", context -> {
            note().run(context);
            throw error;
        }));

        begin();
        until("the job goes on", () -> starts.size() >= 2);
        until(
                "a KernelEvent.Fatal tells of it",
                () -> !events.of(KernelEvent.Fatal.class).isEmpty());

        KernelEvent.Fatal fatal = events.of(KernelEvent.Fatal.class).get(0);
        assertThat(fatal.error()).isSameAs(error);
        assertThat(fatal.component()).as("where it happened").contains("deep");
        assertThat(told("deep").get(0).outcome()).as("outcome of the run").isEqualTo(Outcome.FAILED);
    }

    /** Look at what a scheduled run inherits: nothing of the threads that registered the job or started the scheduler. */
    @Rule("JS-13")
    void js13_aScheduledRunStartsWithACleanContextOfItsOwn() {
        MapCarrier carrier = new MapCarrier();
        scheduler = open(spec(), carrier);
        List<Map<String, String>> inside = new CopyOnWriteArrayList<>();
        List<Map<String, String>> own = new CopyOnWriteArrayList<>();
        List<Boolean> cancelled = new CopyOnWriteArrayList<>();
        carrier.set(Map.of("user", "anna", "correlation_id", "of-the-caller"));
        register(ticking("tick", context -> {
            own.add(Map.of(
                    "job", context.jobName(),
                    "run_id", Long.toString(context.runId()),
                    "correlation_id", context.correlationId()));
            cancelled.add(context.cancellation().isCancelled());
            inside.add(carrier.get());
        }));

        begin();
        until("the job has run twice", () -> inside.size() >= 2);

        assertThat(inside.get(0))
                .as("context of a scheduled run")
                .doesNotContainKey("user")
                .containsAllEntriesOf(own.get(0));
        assertThat(inside.get(1))
                .as("context of the next run")
                .doesNotContainKey("user")
                .containsAllEntriesOf(own.get(1));
        assertThat(List.of(
                        "of-the-caller",
                        own.get(0).get("correlation_id"),
                        own.get(1).get("correlation_id")))
                .as("correlation ids of the caller and of two scheduled runs")
                .doesNotHaveDuplicates();
        assertThat(cancelled).as("tokens cancelled at the start of a run").containsOnly(false);
    }

    /** Look at when the caller's context is captured: in runNow, on the calling thread. */
    @Rule("JS-13")
    void js13_runNowCarriesTheContextOfItsCaller() {
        MapCarrier carrier = new MapCarrier();
        scheduler = open(spec(), carrier);
        List<Map<String, String>> inside = new CopyOnWriteArrayList<>();
        JobHandle job =
                register(job("job", context -> inside.add(carrier.get())).manual());
        begin();
        Map<String, String> callers = Map.of("user", "anna", "correlation_id", "abc");
        carrier.set(callers);

        RunResult result = run(job);

        assertThat(inside.get(0))
                .as("context of a run by hand")
                .containsAllEntriesOf(callers)
                .containsEntry("job", "job")
                .containsEntry("run_id", Long.toString(result.runId()));
        assertThat(result.correlationId()).as("its correlation id").isEqualTo("abc");
        assertThat(result.fire()).isEqualTo(Fire.MANUAL);
        assertThat(carrier.get()).as("context of the caller after runNow").isEqualTo(callers);
    }

    /** Look at the end of a run: each scope is closed, on the thread that opened it, whatever the task did. */
    @Rule("JS-13")
    void js13_theContextOfTheThreadIsPutBack() {
        MapCarrier carrier = new MapCarrier();
        scheduler = open(spec(), carrier);
        JobHandle returns = register(job("returns", NOTHING).manual());
        JobHandle fails = register(job("fails", context -> {
                    throw new AssertionError("bug");
                })
                .manual());
        begin();

        run(returns);
        run(fails);

        assertThat(carrier.opened).as("scopes opened by two runs").hasValue(2);
        assertThat(carrier.closed)
                .as("scopes closed after two runs, of which one failed")
                .hasValue(2);
        assertThat(carrier.misuses).isEmpty();
    }

    /** Look at what the thread of a run does next: the flag that a run left is cleared before. */
    @Rule("JS-15")
    void js15_anInterruptOfOneRunIsNotSeenByTheNext() {
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        JobHandle interrupted = register(job("interrupted", context -> {
                    flags.add(Thread.currentThread().isInterrupted());
                    try {
                        blocks().run(context);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .manual());
        JobHandle stranger = register(
                job("stranger", context -> flags.add(Thread.currentThread().isInterrupted()))
                        .manual());
        begin();

        for (int i = 1; i <= 3; i++) {
            int begun = 2 * i - 1;
            CompletableFuture<RunResult> result = interrupted.runNow().toCompletableFuture();
            until("the run has begun", () -> flags.size() >= begun);
            interrupted.cancelRunning();
            until("the run that was cancelled has been interrupted and has ended", result::isDone);
            run(stranger);
        }

        assertThat(flags)
                .as("threads that had been interrupted when a run began")
                .hasSize(6)
                .containsOnly(false);
    }

    /** Look at the race of an interrupt with the end of its run: the run must not end while somebody interrupts its thread. */
    @Rule("JS-15")
    void js15_anInterruptThatComesAsItsRunEndsReachesNobodyElse() {
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        Duration untilInterrupt = ticks(1).plusMillis(200);
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            jobs.add(register(job("job-" + i, context -> {
                        flags.add(Thread.currentThread().isInterrupted());
                        parkFor(untilInterrupt);
                    })
                    .manual()
                    .deadline(ticks(1))));
        }
        begin();

        for (int round = 0; round < 5; round++) {
            List<CompletableFuture<RunResult>> results =
                    jobs.stream().map(job -> job.runNow().toCompletableFuture()).toList();
            until(
                    "all runs of round " + round + " have ended",
                    () -> results.stream().allMatch(CompletableFuture::isDone));
        }

        assertThat(flags)
                .as("threads that had been interrupted when a run began")
                .hasSize(40)
                .containsOnly(false);
    }

    /** Ends when the time is over or the thread is interrupted, whatever is first. */
    private void parkFor(Duration duration) {
        long until = time().clock().nanoTime() + duration.toNanos();
        try {
            while (time().clock().nanoTime() - until < 0) {
                time().clock().park(until);
            }
        } catch (InterruptedException e) {
            // Interrupted in time. The flag is not restored: what is left of it is the scheduler's doing.
        }
    }
}
