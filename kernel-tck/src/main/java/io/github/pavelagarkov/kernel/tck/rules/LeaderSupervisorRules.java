package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.tck.Hold;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;

/**
 * LS: work that runs exactly while this process leads. Give the suite electors by {@code KernelFixture.elector}, and
 * schedulers by {@code KernelFixture.scheduler} for the rules about jobs.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class LeaderSupervisorRules extends LeaderContract {
    private Candidate a;

    /** For the test engine. */
    public LeaderSupervisorRules() {}

    @BeforeEach
    void openElector() {
        a = candidate("a");
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Logs what is asked of it, as {@code start jobs}, {@code started jobs}, {@code stop jobs}, {@code stopped jobs}. */
    private final class Part implements Subsystem {
        final List<Duration> bounds = new CopyOnWriteArrayList<>();
        final AtomicInteger inside = new AtomicInteger();
        Step onStart = () -> {};
        Step onStop = () -> {};
        private final String name;

        Part(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(LeaderScope scope) throws Exception {
            run("start", "started", onStart);
        }

        @Override
        public void stop(DemotionReason reason, Duration atMost) throws Exception {
            bounds.add(atMost);
            run("stop", "stopped", onStop);
        }

        private void run(String begins, String ends, Step step) throws Exception {
            if (inside.incrementAndGet() > 1) {
                log.add("a second call at the same time");
            }
            log.add(begins + " " + name);
            try {
                step.run();
            } finally {
                inside.decrementAndGet();
                log.add(ends + " " + name);
            }
        }
    }

    private LeaderSupervisor supervise(Subsystem... parts) {
        return a.elector.supervise(spec(), parts);
    }

    private void untilLogged(String line, Duration atMost) {
        time().until("the log says '" + line + "'", atMost, () -> log.contains(line));
    }

    /** Look at what is compared between two starts: the lease may have gone since the first one began. */
    @Rule("LS-1")
    void ls1_nothingIsStartedForALeaseThatHasGoneMeanwhile() {
        TckBackend backend = backend();
        Part first = new Part("first");
        Hold start = hold();
        first.onStart = start::awaitUninterruptibly;
        LeaderSupervisor supervisor = supervise(first, new Part("second"));
        untilLogged("start first", poll());

        backend.takeOver(KEY, timing().lease().multipliedBy(10));
        time().pass(timing().lease());
        start.open();
        untilLogged("stopped first", time().ticks(5));
        time().pass(time().ticks(2));

        assertThat(log)
                .as("calls after the lease was lost during the start of the first subsystem")
                .doesNotContain("start second");
        assertThat(supervisor.isRunning()).as("isRunning() without a lease").isFalse();
    }

    /** Look at a close during a start: the rest must not be started, as an event in a queue would do. */
    @Rule("LS-1")
    void ls1_nothingIsStartedAfterClose() {
        Part first = new Part("first");
        Hold start = hold();
        first.onStart = start::awaitUninterruptibly;
        LeaderSupervisor supervisor = supervise(first, new Part("second"));
        untilLogged("start first", poll());

        CompletableFuture<Void> closed = inBackground(supervisor::close);
        time().pass(time().ticks(2));
        start.open();
        time().until("close() returns", poll(), closed::isDone);

        assertThat(log)
                .as("calls after close() during the start of the first subsystem")
                .doesNotContain("start second");
    }

    /** Look at what follows a loss: when the lease is back, the work is too. */
    @Rule("LS-1")
    void ls1_runsAgainWhenTheLeaseIsBack() {
        TckBackend backend = backend();
        LeaderSupervisor supervisor = supervise(new Part("jobs"));
        untilLogged("started jobs", poll());

        backend.delete(KEY);
        time().until(
                        "the subsystem is started again",
                        timing().lease().plus(poll()),
                        () -> log.size() >= 6 && supervisor.isRunning());

        assertThat(log)
                .as("calls over a loss")
                .containsExactly(
                        "start jobs", "started jobs", "stop jobs", "stopped jobs", "start jobs", "started jobs");
    }

    /** Look at a start that fails: stop follows it, and those before it, and nothing that was not started. */
    @Rule("LS-2")
    void ls2_stopFollowsEveryStartThatWasEnteredAndOnlyThose() {
        Part failing = new Part("second");
        failing.onStart = () -> {
            throw new IllegalStateException("cannot start");
        };
        LeaderSupervisor supervisor = supervise(new Part("first"), failing, new Part("third"));
        untilLogged("started second", poll());
        time().pass(time().ticks(1).dividedBy(2));

        within(poll(), "close()", supervisor::close);

        for (String part : List.of("first", "second")) {
            assertThat(log.stream().filter(("stop " + part)::equals).count())
                    .as("stops of '%s' in %s, one for each start that was entered", part, log)
                    .isEqualTo(log.stream().filter(("start " + part)::equals).count());
        }
        assertThat(log)
                .as("calls to the subsystem behind the one that failed")
                .doesNotContain("start third", "stop third");
    }

    /** Look for a stop that does not wait for the start it follows. */
    @Rule("LS-2")
    void ls2_startAndStopNeverRunAtTheSameTime() {
        Part part = new Part("jobs");
        Hold start = hold();
        part.onStart = start::awaitUninterruptibly;
        LeaderSupervisor supervisor = supervise(part);
        untilLogged("start jobs", poll());

        CompletableFuture<Void> closed = inBackground(supervisor::close);
        time().pass(time().ticks(3));
        assertThat(log).as("calls while start runs").containsExactly("start jobs");
        start.open();
        time().until("close() returns", poll(), closed::isDone);

        assertThat(log).containsExactly("start jobs", "started jobs", "stop jobs", "stopped jobs");
    }

    /** Look at repeated ends: each start meets one stop, however often close is called. */
    @Rule("LS-2")
    void ls2_eachStartMeetsOneStopOverSeveralTerms() {
        LeaderSupervisor supervisor = supervise(new Part("jobs"));
        untilLogged("started jobs", poll());
        for (int terms = 2; terms <= 3; terms++) {
            int calls = 4 * terms - 2;
            stepDown(supervisor.election(), Duration.ZERO);
            time().until("the next term begins after a step-down", poll(), () -> log.size() >= calls);
        }

        within(poll(), "close()", supervisor::close);
        within(poll(), "a second close()", supervisor::close);

        List<String> term = List.of("start jobs", "started jobs", "stop jobs", "stopped jobs");
        assertThat(log).as("calls over three terms").hasSize(12);
        for (int i = 0; i < log.size(); i += 4) {
            assertThat(log.subList(i, i + 4)).as("calls of one term").isEqualTo(term);
        }
        assertThat(supervisor.isRunning()).as("isRunning() after close()").isFalse();
    }

    /** Look at the order of starts: the next begins when the one before has returned. */
    @Rule("LS-3")
    void ls3_startsInOrder() {
        supervise(new Part("first"), new Part("second"), new Part("third"));
        untilLogged("started third", poll());

        assertThat(log)
                .as("calls of a start")
                .containsExactly(
                        "start first",
                        "started first",
                        "start second",
                        "started second",
                        "start third",
                        "started third");
    }

    /** Look at how subsystems are stopped: all at the same time, none waiting for another. */
    @Rule("LS-3")
    void ls3_stopsAllAtTheSameTime() {
        Part first = new Part("first");
        Part second = new Part("second");
        Hold one = hold();
        Hold two = hold();
        first.onStop = one::await;
        second.onStop = two::await;
        LeaderSupervisor supervisor = supervise(first, second);
        untilLogged("started second", poll());

        CompletableFuture<Void> closed = inBackground(supervisor::close);
        time().until(
                        "both subsystems are being stopped at the same time",
                        time().ticks(1),
                        () -> one.isEntered()
                                && two.isEntered()
                                && log.stream().noneMatch(s -> s.startsWith("stopped")));
        one.open();
        two.open();
        time().until("close() returns", poll(), closed::isDone);
    }

    /** Look at how long stops may take when the lease is lost: what is left of it, then they are interrupted. */
    @Rule("LS-3")
    void ls3_afterALossTheStopsAreBoundedByTheRestOfTheLease() {
        TckBackend backend = backend();
        Part part = new Part("jobs");
        Hold never = hold();
        part.onStop = never::await;
        supervise(part);
        untilLogged("started jobs", poll());

        backend.takeOver(KEY, timing().lease().multipliedBy(10));
        untilLogged("stop jobs", renewal());
        time().until(
                        "a stop that does not end is interrupted while the lease could still have been trusted elsewhere",
                        timing().margin(),
                        () -> log.contains("stopped jobs"));

        assertThat(part.bounds)
                .as("bounds given to a stop")
                .allSatisfy(bound -> assertThat(bound).isPositive().isLessThan(timing().margin()));
    }

    /** Look at what a stop in peace becomes when the lease is lost beside it: it was told a time that is no longer there. */
    @Rule("LS-3")
    void ls3_aLossDuringAGracefulStopShortensIt() {
        TckBackend backend = backend();
        Part part = new Part("jobs");
        Hold never = hold();
        part.onStop = never::await;
        LeaderSupervisor supervisor = a.elector.supervise(
                spec(timing()).stopTimeout(timing().lease().multipliedBy(10)).build(), part);
        untilLogged("started jobs", poll());
        CompletableFuture<Void> closed = inBackground(supervisor::close);
        untilLogged("stop jobs", time().ticks(1));

        backend.takeOver(KEY, timing().lease().multipliedBy(20));

        time().until(
                        "a graceful stop is interrupted when the lease is lost meanwhile",
                        renewal().plus(timing().margin()),
                        () -> log.contains("stopped jobs"));
        time().until("close() returns", poll(), closed::isDone);
    }

    private JobScheduler scheduler(JobTask task) {
        JobScheduler scheduler =
                closing(required(fixture().scheduler(SchedulerSpec.of("cron"), List.of(), a.node), "JobScheduler"));
        scheduler.register(JobSpec.named("job")
                .every(time().ticks(600))
                .initialDelay(Duration.ZERO)
                .stopMode(StopMode.GRACEFUL)
                .task(task)
                .build());
        return scheduler;
    }

    /** Look at what the scheduler is stopped with: a job that wants to end in peace has no time for it. */
    @Rule("LS-3")
    void ls3_aLossStopsASchedulerAtOnceWithLeadershipLost() {
        TckBackend backend = backend();
        Hold never = hold();
        CompletableFuture<CancelReason> cancelled = new CompletableFuture<>();
        supervise(Subsystem.of(scheduler(run -> {
            var unused = run.cancellation()
                    .onCancel(
                            () -> cancelled.complete(run.cancellation().reason().orElseThrow()));
            never.await();
        })));
        time().until("the job runs", poll(), never::isEntered);

        backend.takeOver(KEY, timing().lease().multipliedBy(10));
        time().until(
                        "a GRACEFUL job is cancelled at once when leadership is lost",
                        renewal().plus(Duration.ofMillis(50)),
                        cancelled::isDone);

        assertThat(cancelled.join()).as("reason that the job sees").isEqualTo(CancelReason.LEADERSHIP_LOST);
    }

    /** Look at how the term gets into the run: by {@code JobScheduler.start(scope)}. */
    @Rule("LS-4")
    void ls4_aJobSeesTheTokenOfTheTermItRunsUnder() {
        List<JobContext> runs = new CopyOnWriteArrayList<>();
        LeaderSupervisor supervisor = supervise(Subsystem.of(scheduler(runs::add)));
        time().until("the job runs in the first term", poll(), () -> runs.size() == 1);
        long first = token(supervisor);
        stepDown(supervisor.election(), Duration.ZERO);
        time().until("the job runs in the second term", poll(), () -> runs.size() == 2);
        long second = token(supervisor);

        assertThat(runs)
                .as("tokens that the runs see")
                .extracting(LeaderSupervisorRules::token)
                .containsExactly(first, second);
    }

    private static long token(LeaderSupervisor supervisor) {
        return supervisor.election().term().orElseThrow().fencingToken();
    }

    private static long token(JobContext run) {
        return run.term().map(term -> term.fencingToken()).orElse(0L);
    }
}
