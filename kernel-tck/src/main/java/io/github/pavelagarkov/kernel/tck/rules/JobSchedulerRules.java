package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Misfire;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When the runs of jobs begin, and what is known and can be done about jobs: JS-1 to JS-3, JS-8 to JS-10, JS-14. Give the
 * suite a scheduler by {@code KernelFixture.scheduler}.
 */
public class JobSchedulerRules extends SchedulerContract {
    /** For the test engine. */
    public JobSchedulerRules() {}

    /** Look at where the next point is computed from: the point before, not the end of the run and not "now". */
    @Rule("JS-1")
    void js1_everyRunsOnAGridFromOnePeriodOnThatDoesNotDrift() {
        JobTask slow = context -> {
            note().run(context);
            context.cancellation().sleep(ticks(1));
        };
        register(job("slow", slow).every(ticks(2)));

        Duration began = begin();
        until("a job with a period of " + ticks(2) + " has run four times", () -> starts.size() >= 4);

        for (int i = 0; i < 4; i++) {
            assertPoint("start of run " + (i + 1), starts.get(i), began.plus(ticks(2L * (i + 1))));
        }
    }

    /** Look at the first point: the initial delay replaces the period there, and only there. */
    @Rule("JS-1")
    void js1_theInitialDelayMovesTheGrid() {
        register(job("tick", note()).every(ticks(3)).initialDelay(ticks(1)));

        Duration began = begin();
        until("a job has run twice", () -> starts.size() >= 2);

        assertPoint("start of the first run", starts.get(0), began.plus(ticks(1)));
        assertPoint("start of the second run", starts.get(1), began.plus(ticks(4)));
    }

    /** Look at when the delay begins: when the task has returned, not when the run began. */
    @Rule("JS-1")
    void js1_withDelayCountsFromTheEndOfTheRunBefore() {
        List<Duration> ends = new CopyOnWriteArrayList<>();
        JobTask slow = context -> {
            note().run(context);
            context.cancellation().sleep(ticks(1));
            ends.add(time().now());
        };
        register(job("slow", slow).withDelay(ticks(2)));

        Duration began = begin();
        until("a job with a delay has run three times", () -> starts.size() >= 3);

        assertPoint("start of the first run", starts.get(0), began.plus(ticks(2)));
        assertPoint(
                "second start after the end of the first",
                starts.get(1),
                ends.get(0).plus(ticks(2)));
        assertPoint(
                "third start after the end of the second",
                starts.get(2),
                ends.get(1).plus(ticks(2)));
    }

    /** Look at where the jitter is drawn: once for all points of a start, at random for each job. */
    @Rule("JS-1")
    void js1_jitterMovesTheWholeGridOfAJob() {
        Map<String, List<Duration>> all = new ConcurrentHashMap<>();
        int jobs = 8;
        for (int i = 0; i < jobs; i++) {
            List<Duration> own = new CopyOnWriteArrayList<>();
            all.put("job-" + i, own);
            register(job("job-" + i, context -> own.add(time().now()))
                    .every(ticks(6))
                    .initialDelay(ticks(1))
                    .jitter(ticks(5)));
        }

        Duration began = begin();
        until(
                "each of " + jobs + " jobs has run twice",
                () -> all.values().stream().allMatch(own -> own.size() >= 2));

        Set<Duration> shifts = new HashSet<>();
        all.forEach((name, own) -> {
            Duration shift = own.get(0).minus(began.plus(ticks(1)));
            shifts.add(shift);
            assertThat(shift).as("jitter of " + name).isGreaterThanOrEqualTo(Duration.ZERO);
            if (time().exact()) {
                assertThat(shift).as("jitter of " + name + " (of 5 s)").isLessThan(ticks(5));
                assertThat(own.get(1).minus(own.get(0)))
                        .as("distance of two runs of " + name + ", whose jitter is drawn once")
                        .isEqualTo(ticks(6));
            }
        });
        assertThat(shifts).as("jitters of " + jobs + " jobs").hasSizeGreaterThan(1);
    }

    /** Look at the comparison of the wall clock with the point: not a millisecond of "close enough". */
    @Rule("JS-1")
    void js1_cronIsNeverEarlyByTheWall() {
        List<Duration> late = new CopyOnWriteArrayList<>();
        register(job("secondly", context -> late.add(Duration.between(context.scheduledTime(), wall())))
                .cron("* * * * * *", ZoneOffset.UTC));

        begin();
        time().until("a job of every second has run three times", Duration.ofSeconds(10), () -> late.size() >= 3);

        assertThat(late)
                .as("from the instant of the cron expression to the start of its run, by the wall clock")
                .allMatch(lateness -> !lateness.isNegative(), "not negative");
    }

    /** Look at what a cron job sleeps for: the wall clock may be set back meanwhile, and has to be read again. */
    @Rule("JS-1")
    void js1_cronWaitsLongerWhenTheWallIsSetBack() {
        requires(Capability.TIME_CONTROL);
        register(job("minutely", note()).cron("0 * * * * *", ZoneOffset.UTC));
        begin();
        time().pass(Duration.ofSeconds(30));

        time().jumpWall(Duration.ofSeconds(-10));
        time().pass(Duration.ofSeconds(35));

        assertThat(starts)
                .as("runs 5 s before the full minute of a wall clock that was set back")
                .isEmpty();
        time().pass(Duration.ofSeconds(5));
        assertThat(starts).as("runs at the full minute").hasSize(1);
    }

    /** Look at whether a job without a trigger is put into the schedule at all. */
    @Rule("JS-1")
    void js1_aManualJobHasNoPointsOfItsOwn() {
        JobHandle manual = register(job("manual", note()).manual());

        begin();
        time().pass(ticks(5));

        assertThat(starts).as("runs of a manual job").isEmpty();
        assertThat(manual.nextFireTime()).as("next fire time of a manual job").isEmpty();
    }

    /** Look at the queue in front of the limit: first in, first out. */
    @Rule("JS-2")
    void js2_runsThatWaitForTheSchedulersLimitStartInTheOrderOfArrival() {
        scheduler = open(spec().withLimit(1));
        List<String> order = new CopyOnWriteArrayList<>();
        JobHandle holder = register(job("holder", blocks()).manual());
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(register(
                    job("job-" + i, context -> order.add(context.jobName())).manual()));
        }
        begin();
        holder.runNow();
        jobs.forEach(JobHandle::runNow);
        time().pass(ticks(1));
        assertThat(order).as("runs beyond a limit of 1").isEmpty();

        release();
        until("all runs that waited have been started", () -> order.size() >= 5);

        assertThat(order)
                .as("order of the runs that waited")
                .containsExactly("job-0", "job-1", "job-2", "job-3", "job-4");
    }

    /** Look at whether the limit counts runs from their start to their end, scheduled ones too. */
    @Rule("JS-2")
    void js2_noMoreRunsGoOnThanTheSchedulersLimit() {
        scheduler = open(spec().withLimit(2));
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        JobTask counting = context -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            context.cancellation().sleep(ticks(1));
            now.decrementAndGet();
            ended.incrementAndGet();
        };
        for (int i = 0; i < 6; i++) {
            register(ticking("job-" + i, counting));
        }

        begin();
        until("12 runs have ended", () -> ended.get() >= 12);

        assertThat(most.get()).as("most runs at once with a limit of 2").isLessThanOrEqualTo(2);
    }

    /** Look at how many runs of one job may stand in the queue: a job that asks often must not fill it. */
    @Rule("JS-2")
    void js2_theQueueIsFairAmongJobs() {
        scheduler = open(spec().withLimit(1));
        List<String> order = new CopyOnWriteArrayList<>();
        JobHandle holder = register(job("holder", blocks()).manual());
        JobHandle greedy =
                register(job("greedy", context -> order.add("greedy")).manual().maxConcurrent(10));
        JobHandle modest =
                register(job("modest", context -> order.add("modest")).manual());
        begin();
        holder.runNow();
        for (int i = 0; i < 10; i++) {
            greedy.runNow();
        }
        modest.runNow();

        release();
        until("the modest job has run", () -> order.contains("modest"));

        assertThat(order.indexOf("modest"))
                .as("runs of a job that asked ten times, before the first run of one that asked once")
                .isLessThanOrEqualTo(1);
    }

    /** Look at the number of permits of a scheduler whose spec says none: a pool of one or two threads is not the default. */
    @Rule("JS-2")
    void js2_theDefaultLimitIsNoneWithVirtualThreadsAndSixteenWithout() {
        Set<Thread> running = ConcurrentHashMap.newKeySet();
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            jobs.add(register(job("job-" + i, context -> {
                        running.add(Thread.currentThread());
                        blocks().run(context);
                    })
                    .manual()));
        }
        begin();

        jobs.forEach(JobHandle::runNow);
        until("16 of 20 jobs without a limit run at once", () -> running.size() >= 16);

        int expected = running.stream().anyMatch(JobSchedulerRules::isVirtual) ? 20 : 16;
        until("the default limit of " + expected + " is used", () -> running.size() >= expected);
        time().pass(ticks(3));
        assertThat(running).as("runs at once of 20 jobs, without a limit").hasSize(expected);
    }

    /** Asked by name: this class is compiled for a JDK that has none. */
    private static boolean isVirtual(Thread thread) {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
        } catch (ReflectiveOperationException e) {
            // There are none.
            return false;
        }
    }

    /** Look at what is counted per job, and whether a point beyond that is left out and counted. */
    @Rule("JS-2")
    void js2_skipLeavesRunsOutBeyondThoseThatAJobMayHave() {
        AtomicInteger one = new AtomicInteger();
        AtomicInteger two = new AtomicInteger();
        JobHandle first = register(ticking("one", context -> {
            one.incrementAndGet();
            blocks().run(context);
        }));
        JobHandle second = register(ticking("two", context -> {
                    two.incrementAndGet();
                    blocks().run(context);
                })
                .maxConcurrent(2));

        begin();
        until(
                "points are left out while runs go on: SKIPPED_OVERLAP is counted",
                () -> first.stats().count(Outcome.SKIPPED_OVERLAP) >= 3
                        && second.stats().count(Outcome.SKIPPED_OVERLAP) >= 2);

        assertThat(one).as("runs at once of a job with the default of 1").hasValue(1);
        assertThat(two).as("runs at once of a job that may have 2").hasValue(2);
        assertThat(first.stats().queued()).as("runs kept by a job with SKIP").isZero();
    }

    /** Look at the place for the one run that is kept: a second one is left out, and the end of a run starts the kept one. */
    @Rule("JS-2")
    void js2_queueOneKeepsOneRunAndStartsItWhenTheOtherEnds() {
        AtomicInteger begun = new AtomicInteger();
        JobHandle job = register(job("job", context -> {
                    begun.incrementAndGet();
                    blocks().run(context);
                })
                .manual()
                .overlap(Overlap.QUEUE_ONE));
        begin();

        job.runNow();
        CompletableFuture<RunResult> kept = job.runNow().toCompletableFuture();
        CompletableFuture<RunResult> leftOut = job.runNow().toCompletableFuture();
        until("the first run has begun", () -> begun.get() >= 1);
        until("the third run is left out", leftOut::isDone);

        assertThat(leftOut.join().outcome()).as("outcome of the third run").isEqualTo(Outcome.SKIPPED_OVERLAP);
        assertThat(job.stats().queued()).as("runs kept").isEqualTo(1);
        assertThat(begun).as("runs begun").hasValue(1);
        release();
        until("the run that was kept has ended", kept::isDone);
        assertThat(kept.join().outcome()).as("outcome of the run that was kept").isEqualTo(Outcome.SUCCESS);
    }

    /** Look at who watches the queue: a job that waits for ten of its periods is told with the job that holds it up. */
    @Rule("JS-2")
    void js2_aJobThatIsKeptWaitingIsReportedWithWhoHoldsThePermit() {
        scheduler = open(spec().withLimit(1));
        JobHandle hog = register(job("hog", blocks()).manual());
        register(ticking("heartbeat", NOTHING));
        begin();

        hog.runNow();
        time().pass(ticks(11));
        if (time().exact()) {
            assertThat(events.of(JobEvent.Starved.class))
                    .as("reports after ten periods")
                    .isEmpty();
        }
        time().until(
                        "a JobEvent.Starved tells that the job waits",
                        ticks(60),
                        () -> !events.of(JobEvent.Starved.class).isEmpty());

        JobEvent.Starved report = events.of(JobEvent.Starved.class).get(0);
        assertThat(report.waiting() + " waits for " + report.holding()).isEqualTo("heartbeat waits for hog");
        assertThat(report.waited()).as("how long it waited").isGreaterThanOrEqualTo(ticks(10));
    }

    /** Look at what happens to a point that was met late, but by less than a period: it runs, and the grid stays. */
    @Rule("JS-3")
    void js3_everyRunsOnceAndAtOnceWhenItIsLateByLessThanItsPeriod() {
        requires(Capability.TIME_CONTROL);
        JobHandle tick = register(everyTenSeconds("tick"));
        begin();

        time().stall(Duration.ofSeconds(19));
        time().pass(Duration.ofSeconds(1));

        assertThat(starts)
                .as("starts of points at 10 s and 20 s after a pause from 0 to 19 s")
                .containsExactly(Duration.ofSeconds(19), Duration.ofSeconds(20));
        assertThat(tick.stats().missed()).as("points missed").isZero();
    }

    private JobSpec.Builder everyTenSeconds(String name) {
        return job(name, note()).every(Duration.ofSeconds(10)).initialDelay(Duration.ofSeconds(10));
    }

    /** Look for a loop that makes up for missed points: none of them runs, and that they were missed is counted and told. */
    @Rule("JS-3")
    void js3_everySkipsToTheGridWhenItIsLateByMore() {
        requires(Capability.TIME_CONTROL);
        JobHandle tick = register(everyTenSeconds("tick"));
        begin();

        time().stall(Duration.ofSeconds(45));
        time().pass(Duration.ofSeconds(10));

        assertThat(starts)
                .as("starts of a job with a period of 10 s after a pause from 0 to 45 s")
                .containsExactly(Duration.ofSeconds(50));
        assertThat(tick.stats().missed()).as("points missed").isEqualTo(4);
        assertThat(events.of(JobEvent.Missed.class))
                .as("reports of missed points")
                .extracting(event -> event.job() + " missed " + event.count())
                .containsExactly("tick missed 4");
    }

    /** Look at RUN_ONCE: one run for all points that were missed, called CATCH_UP. */
    @Rule("JS-3")
    void js3_runOnceMakesUpForAllMissedPointsWithOneRun() {
        requires(Capability.TIME_CONTROL);
        register(everyTenSeconds("tick").misfire(Misfire.RUN_ONCE));
        begin();

        time().stall(Duration.ofSeconds(45));
        time().pass(Duration.ofSeconds(10));

        assertThat(starts)
                .as("starts of a job with a period of 10 s and RUN_ONCE after a pause from 0 to 45 s")
                .containsExactly(Duration.ofSeconds(45), Duration.ofSeconds(50));
        assertThat(told("tick")).extracting(RunResult::fire).containsExactly(Fire.CATCH_UP, Fire.SCHEDULED);
    }

    /** Look at the default of cron: one run for all points that were missed. */
    @Rule("JS-3")
    void js3_cronRunsOnceForManyMissedPoints() {
        requires(Capability.TIME_CONTROL);
        JobHandle minutely = register(job("minutely", note()).cron("* * * * *", ZoneOffset.UTC));
        begin();

        time().stall(Duration.ofSeconds(630));

        assertThat(starts)
                .as("runs at the end of a pause in which ten points of a cron job were missed")
                .hasSize(1);
        time().pass(Duration.ofSeconds(45));
        assertThat(starts).as("runs until after the next point").hasSize(2);
        assertThat(minutely.stats().missed()).as("points missed").isBetween(9L, 10L);
    }

    /** Look at the grace of cron: a point late by less than 60 s is an ordinary run. */
    @Rule("JS-3")
    void js3_cronRunsAtOnceWhenItIsLateByLessThanAMinute() {
        requires(Capability.TIME_CONTROL);
        JobHandle hourly = register(job("hourly", note()).cron("0 * * * *", ZoneOffset.UTC));
        begin();

        time().stall(Duration.ofMinutes(60).plusSeconds(50));

        assertThat(starts).as("runs 50 s after the point").hasSize(1);
        assertThat(hourly.stats().missed()).as("points missed").isZero();
    }

    /** Look at what a start does about the past of a cron job: one run for the newest point within the window. */
    @Rule("JS-3")
    void js3_recoverWithinRunsAPointOnceThatFellBeforeTheStart() {
        Instant point = wall().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60);
        ZonedDateTime utc = point.atZone(ZoneOffset.UTC);
        String daily = utc.getMinute() + " " + utc.getHour() + " * * *";
        register(job("within", note()).cron(daily, ZoneOffset.UTC).recoverWithin(Duration.ofMinutes(10)));
        register(job("beyond", NOTHING).cron(daily, ZoneOffset.UTC).recoverWithin(Duration.ofSeconds(30)));
        register(job("not-asked", NOTHING).cron(daily, ZoneOffset.UTC));

        begin();
        until(
                "a point of the last ten minutes is made up for",
                () -> !told("within").isEmpty());
        time().pass(ticks(3));

        assertThat(told("within")).extracting(RunResult::fire).containsExactly(Fire.CATCH_UP);
        assertThat(told("within").get(0).scheduled())
                .as("the point it stands for")
                .isEqualTo(point);
        assertThat(told("beyond")).as("runs for a point before the window").isEmpty();
        assertThat(told("not-asked")).as("runs of a job that does not recover").isEmpty();
    }

    /** Look at what register does before it has read the cron expression, and at what the message tells. */
    @Rule("JS-8")
    void js8_aWrongCronExpressionIsRefusedByNameAndNothingIsRegistered() {
        begin();
        for (String expression :
                List.of("", "* * * *", "61 * * * *", "0 0 30 2 *", "0 0 * * 8", "*/0 * * * *", "@never", "a b c d e")) {
            JobSpec wrong =
                    job("wrong", NOTHING).cron(expression, ZoneOffset.UTC).build();

            assertThatThrownBy(
                            () -> scheduler.register(wrong),
                            "register of job 'wrong' with the cron expression '%s'",
                            expression)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wrong")
                    .hasMessageContaining("cron");
        }

        assertThat(scheduler.jobs()).as("jobs after refused registrations").isEmpty();
        assertThat(scheduler.job("wrong")).as("the job that was refused").isEmpty();
    }

    /** Look at whether a name can be taken twice: the job that has it stays as it was. */
    @Rule("JS-8")
    void js8_aNameThatIsTakenIsRefusedAndItsJobGoesOn() {
        register(ticking("tick", note()));
        JobSpec other = job("tick", context -> {
                    throw new IllegalStateException("the wrong job runs");
                })
                .manual()
                .build();

        assertThatThrownBy(() -> scheduler.register(other), "register of a second job 'tick'")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tick");
        begin();
        until("the first job of that name has run twice", () -> starts.size() >= 2);

        assertThat(scheduler.jobs()).extracting(JobHandle::name).containsExactly("tick");
    }

    /** Look at what register does while jobs run: the first point is counted from then; what is taken out starts no more. */
    @Rule("JS-9")
    void js9_jobsComeAndGoWhileTheSchedulerRuns() {
        begin();

        register(ticking("tick", note()));
        until("a job that came while the scheduler runs has run", () -> !starts.isEmpty());
        boolean clean = ended("unregister", ticks(1), time().start(() -> scheduler.unregister("tick", ticks(1))));
        int before = starts.size();
        time().pass(ticks(5));

        assertThat(clean).as("unregister of a job without a run").isTrue();
        assertThat(starts).as("runs after the job was taken out").hasSize(before);
        assertThat(scheduler.job("tick")).as("the job that was taken out").isEmpty();
        assertThat(scheduler.unregister("tick", ticks(1)))
                .as("unregister of an unknown job")
                .isFalse();
    }

    /** Look at what unregister answers about a run that does not end, and at who may have its name meanwhile. */
    @Rule("JS-9")
    void js9_aJobWhoseRunIsAliveIsTakenOutButItsNameIsNotFree() {
        AtomicInteger begun = new AtomicInteger();
        JobHandle deaf = register(job("deaf", context -> {
                    begun.incrementAndGet();
                    deaf().run(context);
                })
                .manual());
        JobSpec again = job("deaf", NOTHING).manual().build();
        begin();
        deaf.runNow();
        until("the run has begun", () -> begun.get() > 0);

        boolean clean = ended("unregister", ticks(2), time().start(() -> scheduler.unregister("deaf", ticks(2))));

        assertThat(clean).as("unregister of a job whose run ignores its end").isFalse();
        assertThatThrownBy(() -> scheduler.register(again), "register of a name whose run is still alive")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("deaf");
        release();
        until("the name is free once the run has ended", () -> isRegistered(again));
    }

    private boolean isRegistered(JobSpec spec) {
        try {
            scheduler.register(spec);
            return true;
        } catch (IllegalStateException e) {
            // The run is on its way out.
            return false;
        }
    }

    /** Look at what resume does about the points of the pause: nothing, the grid is as if it had never been paused. */
    @Rule("JS-9")
    void js9_pauseHoldsAndResumeGoesOnWithTheGrid() {
        JobHandle tick = register(job("tick", note()).every(ticks(2)).initialDelay(ticks(2)));
        Duration began = begin();

        tick.pause();
        int before = starts.size();
        assertThat(tick.isPaused()).as("paused after pause()").isTrue();
        assertThat(tick.nextFireTime()).as("next fire time while paused").isEmpty();
        time().pass(ticks(7));
        assertThat(starts).as("runs, after as long a pause").hasSize(before);
        tick.resume();
        until("the job runs again", () -> starts.size() > before);

        assertPoint(
                "first start after a pause from 0 to 7 ticks with points at 6 and 8",
                starts.get(before),
                began.plus(ticks(8)));
        assertThat(tick.stats().missed()).as("points missed while paused").isZero();
        assertThat(tick.isPaused()).as("paused after resume()").isFalse();
    }

    /** Look at how the stage of runNow is completed: with a result, also when the task threw and while the job is paused. */
    @Rule("JS-9")
    void js9_runNowTellsItsResultWhateverItIs() {
        IOException thrown = new IOException("disk");
        JobHandle manual = register(job("manual", context -> {
                    throw thrown;
                })
                .manual());
        begin();
        manual.pause();

        CompletableFuture<RunResult> result = manual.runNow().toCompletableFuture();
        until("runNow has told the result of a task that throws", result::isDone);

        assertThat(result).as("stage of runNow").isCompletedWithValueMatching(run -> run.outcome() == Outcome.FAILED);
        assertThat(result.join().fire()).isEqualTo(Fire.MANUAL);
        assertThat(result.join().error()).contains(thrown);
    }

    /** Look at runNow while nothing runs: a run that would never come must not be promised. */
    @Rule("JS-9")
    void js9_runNowIsRefusedUnlessTheSchedulerRuns() {
        JobHandle manual = register(job("manual", NOTHING).manual());

        assertThatThrownBy(manual::runNow, "runNow in a scheduler that was not started")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("manual");
    }

    /** Look at who is told when runs are cancelled by hand: their tokens, with MANUAL, and the job goes on. */
    @Rule("JS-9")
    void js9_cancelRunningEndsTheRunsThatGoOn() {
        List<Optional<CancelReason>> reasons = new CopyOnWriteArrayList<>();
        AtomicInteger begun = new AtomicInteger();
        JobHandle job = register(job("job", context -> {
                    begun.incrementAndGet();
                    context.cancellation().sleep(Duration.ofMinutes(5));
                    reasons.add(context.cancellation().reason());
                })
                .manual());
        begin();
        CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
        until("the run has begun", () -> begun.get() > 0);

        assertThat(job.cancelRunning()).as("runs cancelled").isEqualTo(1);
        until("the run has ended", result::isDone);

        assertThat(reasons).as("why its token was cancelled").containsExactly(Optional.of(CancelReason.MANUAL));
        assertThat(result.join().outcome()).as("its outcome").isEqualTo(Outcome.CANCELLED);
        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.RUNNING);
    }

    /** Look at what is kept of each run: the last 16, the newest last, and counts of all. */
    @Rule("JS-10")
    void js10_tellsTheLastRunsAndCountsOfAJob() {
        AtomicInteger runs = new AtomicInteger();
        JobHandle job = register(job("job", context -> {
                    if (runs.incrementAndGet() == 20) {
                        throw new IOException("disk");
                    }
                })
                .manual());
        assertThat(job.lastRun()).as("last run before the first").isEmpty();
        begin();
        List<RunResult> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<RunResult> result = job.runNow().toCompletableFuture();
            until("run " + (i + 1) + " has ended", result::isDone);
            results.add(result.join());
        }

        assertThat(job.history())
                .as("history of 20 runs, by default the last 16, newest last")
                .extracting(RunResult::runId)
                .containsExactlyElementsOf(
                        results.subList(4, 20).stream().map(RunResult::runId).toList());
        assertThat(job.lastRun())
                .as("last run")
                .hasValueSatisfying(last -> assertThat(last.outcome()).isEqualTo(Outcome.FAILED));
        assertThat(job.stats().count(Outcome.SUCCESS)).as("runs that succeeded").isEqualTo(19);
        assertThat(job.stats().count(Outcome.FAILED)).as("runs that failed").isEqualTo(1);
        assertThat(job.stats().running()).as("runs that go on").isZero();
    }

    /** Look at the next fire time: the point that is waited for, by the wall clock; none before the start. */
    @Rule("JS-10")
    void js10_tellsTheNextFireTime() {
        JobHandle daily = register(job("daily", NOTHING).cron("0 0 * * *", ZoneOffset.UTC));
        JobHandle tick =
                register(job("tick", NOTHING).every(Duration.ofHours(2)).initialDelay(Duration.ofHours(1)));
        assertThat(tick.nextFireTime()).as("next fire time before the start").isEmpty();

        Instant before = wall();
        begin();

        assertThat(daily.nextFireTime().orElseThrow())
                .as("next fire time of a job at midnight")
                .isIn(midnightAfter(before), midnightAfter(wall()));
        assertThat(tick.nextFireTime().orElseThrow())
                .as("next fire time of a job in an hour")
                .isBetween(before.plusSeconds(3_599), wall().plusSeconds(3_601));
    }

    private static Instant midnightAfter(Instant instant) {
        return instant.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    }

    /** Look for another clock than the given one, and for chance: time is the test's, and the same test gives the same runs. */
    @Rule("JS-14")
    void js14_runsComeExactlyAsTheTestClockSaysOnEveryRepetition() {
        List<Start> first = tenMinutes("first");

        assertThat(first)
                .as("runs of ten minutes")
                .hasSize(85 + 20 + 20 + 10 + 10)
                .startsWith(
                        new Start(Duration.ofSeconds(7), "seven"),
                        new Start(Duration.ofSeconds(14), "seven"),
                        new Start(Duration.ofSeconds(20), "slow"),
                        new Start(Duration.ofSeconds(21), "seven"),
                        new Start(Duration.ofSeconds(28), "seven"),
                        new Start(Duration.ofSeconds(30), "twin-a"),
                        new Start(Duration.ofSeconds(30), "twin-b"));
        assertThat(tenMinutes("second")).as("the same ten minutes again").isEqualTo(first);
        assertThat(tenMinutes("third")).as("the same ten minutes once more").isEqualTo(first);
    }

    private record Start(Duration at, String job) {}

    private List<Start> tenMinutes(String repetition) {
        List<Start> runs = new CopyOnWriteArrayList<>();
        Duration began = time().now();
        JobTask noted = context -> runs.add(new Start(time().now().minus(began), context.jobName()));
        JobTask slow = context -> {
            noted.run(context);
            context.cancellation().sleep(Duration.ofSeconds(40));
        };
        JobScheduler own = closing(required(
                fixture().scheduler(spec(), List.of(), node(repetition, new RecordedEvents())), "JobScheduler"));
        Duration half = Duration.ofSeconds(30);
        own.register(job("seven", noted)
                .every(Duration.ofSeconds(7))
                .initialDelay(Duration.ofSeconds(7))
                .build());
        own.register(job("twin-a", noted).every(half).initialDelay(half).build());
        own.register(job("twin-b", noted).every(half).initialDelay(half).build());
        own.register(job("minutely", noted).cron("* * * * *", ZoneOffset.UTC).build());
        own.register(job("slow", slow)
                .withDelay(Duration.ofSeconds(20))
                .initialDelay(Duration.ofSeconds(20))
                .build());

        own.start();
        time().pass(Duration.ofMinutes(10));
        ended("stop", ticks(1), time().start(() -> own.stop(ticks(1))));

        return runs.stream()
                .sorted(Comparator.comparing(Start::at).thenComparing(Start::job))
                .toList();
    }
}
