package io.github.pavelagarkov.kernel.core.internal.leader;

import static io.github.pavelagarkov.kernel.core.internal.leader.LeaderNodes.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LeaderSupervisorRulesTest {
    private static final ElectionSpec CRON = ElectionSpec.of("cron");

    private final LeaderNodes nodes = new LeaderNodes(LeaderNodes.LEASES);
    private final LeaderNodes.Node a = nodes.node("a");
    private final LeaderNodes.Node b = nodes.node("b");
    private final List<String> log = new CopyOnWriteArrayList<>();

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private final class Part implements Subsystem {
        private final String name;
        private final Step onStart;
        private final Step onStop;

        Part(String name, Step onStart, Step onStop) {
            this.name = name;
            this.onStart = onStart;
            this.onStop = onStop;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(LeaderScope scope) throws Exception {
            log.add("start " + name);
            onStart.run();
        }

        @Override
        public void stop(DemotionReason reason, Duration atMost) throws Exception {
            log.add("stop " + name + " " + reason + " " + atMost);
            try {
                onStop.run();
            } finally {
                log.add("stopped " + name);
            }
        }
    }

    private Part part(String name) {
        return new Part(name, () -> {}, () -> {});
    }

    private LeaderSupervisor supervise(Subsystem... parts) {
        LeaderSupervisor supervisor = a.elector.supervise(CRON, parts);
        nodes.advance(Duration.ofMillis(2));
        return supervisor;
    }

    @Test
    void ls1_nothingIsStartedForALeaseThatHasGoneMeanwhile() {
        LeaderNodes.Hold start = nodes.hold();
        LeaderSupervisor supervisor =
                supervise(new Part("first", () -> uninterruptibly(start), () -> {}), part("second"));
        a.store.cut();
        nodes.advance(Duration.ofSeconds(12));

        start.open();
        nodes.advance(Duration.ofSeconds(1));

        await().untilAsserted(() ->
                assertThat(log).containsExactly("start first", "stop first LEASE_EXPIRED PT3.6S", "stopped first"));
        assertThat(supervisor.isRunning()).isFalse();
    }

    private static void uninterruptibly(LeaderNodes.Hold hold) {
        boolean done = false;
        while (!done) {
            try {
                hold.await();
                done = true;
            } catch (InterruptedException e) {
                // The worst case: work that does not listen.
                done = false;
            }
        }
    }

    @Test
    void ls1_runsAgainWhenTheLeaseIsBack() {
        LeaderSupervisor supervisor = supervise(part("jobs"));
        assertThat(supervisor.isRunning()).isTrue();

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(4));

        assertThat(supervisor.isRunning()).isTrue();
        assertThat(log).containsExactly("start jobs", "stop jobs KEY_LOST PT3.6S", "stopped jobs", "start jobs");
    }

    @Test
    void ls2_stopFollowsEveryStartThatWasEnteredAndOnlyThose() {
        supervise(
                part("first"),
                new Part(
                        "second",
                        () -> {
                            throw new IllegalStateException("cannot start");
                        },
                        () -> {}),
                part("third"));

        assertThat(log)
                .startsWith("start first", "start second")
                .contains("stop first START_FAILED PT7.2S", "stop second START_FAILED PT7.2S")
                .doesNotContain("start third", "stop third START_FAILED PT7.2S");
        assertThat(a.events(LeaderEvent.CallbackFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.error()).hasMessage("cannot start"));
    }

    @Test
    void ls2_aStopThatHangsKeepsTheLeaseFromTheNextNodeUntilItExpires() {
        LeaderNodes.Hold stop = nodes.hold();
        LeaderSupervisor supervisor = supervise(new Part("jobs", () -> {}, () -> uninterruptibly(stop)));
        Election other = b.join();

        CompletableFuture<Void> closed = nodes.inBackground(supervisor::close);
        nodes.advance(Duration.ofMillis(9_001));
        assertThat(closed).isCompleted();
        assertThat(supervisor.isRunning()).isTrue();
        assertThat(other.isLeader()).isFalse();
        nodes.advance(Duration.ofSeconds(16));

        assertThat(other.isLeader()).isTrue();
        assertThat(a.events(LeaderEvent.WorkOverrun.class)).hasSize(1);
        stop.open();
        nodes.clock.settle();
        assertThat(supervisor.isRunning()).isFalse();
    }

    @Test
    void le5_aRunThatASchedulerAbandonsKeepsTheLeaseFromTheNextNodeUntilItExpires() {
        LeaderNodes.Hold run = nodes.hold();
        LeaderSupervisor supervisor = supervise(Subsystem.of(scheduler(run)));
        Election other = b.join();

        CompletableFuture<Void> closed = nodes.inBackground(supervisor::close);
        nodes.advance(Duration.ofMillis(9_001));
        assertThat(closed).isCompleted();
        assertThat(supervisor.isRunning()).isTrue();
        assertThat(other.isLeader()).isFalse();
        nodes.advance(Duration.ofSeconds(16));

        assertThat(other.isLeader()).isTrue();
        run.open();
        nodes.clock.settle();
        assertThat(supervisor.isRunning()).isFalse();
    }

    @Rule("LE-18")
    void le18_aRunThatASchedulerAbandonsIsAnOverrunAndNoNewTermBeginsBesideIt() {
        LeaderNodes.Hold run = nodes.hold();
        LeaderSupervisor supervisor = supervise(Subsystem.of(scheduler(run)));

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(20));
        assertThat(a.overruns).containsExactly(CRON);
        assertThat(supervisor.election().isLeader()).isFalse();
        run.open();
        nodes.advance(Duration.ofSeconds(1));

        assertThat(supervisor.election().isLeader()).isTrue();
        assertThat(a.overruns).hasSize(1);
    }

    @Rule("LE-18")
    void le18_theStackOfAnOverrunIsThatOfTheStopThatHangs() {
        LeaderNodes.Hold stop = nodes.hold();
        supervise(part("well"), new Part("jobs", () -> {}, () -> uninterruptibly(stop)));

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(20));

        assertThat(a.events(LeaderEvent.WorkOverrun.class))
                .singleElement()
                .satisfies(
                        overrun -> assertThat(overrun.frames()).anyMatch(frame -> frame.contains("uninterruptibly")));
        stop.open();
    }

    /** {@return a scheduler with one run that begins at once and ignores its interrupts} */
    private JobScheduler scheduler(LeaderNodes.Hold run) {
        JobScheduler scheduler = HeapJobScheduler.create(
                SchedulerSpec.of("cron"), nodes.clock, KernelThreads.of(nodes.clock.threads()), List.of(), event -> {});
        scheduler.register(JobSpec.named("deaf")
                .every(Duration.ofHours(1))
                .initialDelay(Duration.ZERO)
                .task(context -> uninterruptibly(run))
                .build());
        return scheduler;
    }

    @Test
    void ls2_aStopThatThrowsIsReportedAndTheOthersStopAllTheSame() {
        LeaderSupervisor supervisor = supervise(
                new Part("broken", () -> {}, () -> {
                    throw new IllegalStateException("cannot stop");
                }),
                part("well"));

        supervisor.close();

        assertThat(log).contains("stopped broken", "stopped well");
        assertThat(a.events(LeaderEvent.CallbackFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.callback()).isEqualTo("stop of broken"));
        assertThat(supervisor.election().status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void ls2_closingFromInsideAStopDoesNotWaitForIt() {
        CompletableFuture<LeaderSupervisor> supervisor = new CompletableFuture<>();
        supervisor.complete(supervise(new Part("jobs", () -> {}, () -> {
            supervisor.join().close();
            a.elector.close();
        })));

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofMillis(3_400));

        assertThat(log).containsExactly("start jobs", "stop jobs KEY_LOST PT3.6S", "stopped jobs");
        assertThat(supervisor.join().election().status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void ls3_startsInOrderAndStopsAllAtTheSameTime() {
        LeaderSupervisor supervisor = supervise(
                new Part("first", () -> {}, () -> nodes.work(Duration.ofSeconds(3))),
                new Part("second", () -> {}, () -> nodes.work(Duration.ofSeconds(3))));
        assertThat(log).containsExactly("start first", "start second");

        CompletableFuture<Void> closed = nodes.inBackground(supervisor::close);
        assertThat(log).contains("stop first CLOSED PT7.2S", "stop second CLOSED PT7.2S");
        assertThat(closed).isNotDone();
        nodes.advance(Duration.ofSeconds(3));

        assertThat(closed).isCompleted();
        assertThat(supervisor.isRunning()).isFalse();
    }

    @Test
    void ls3_aStopThatTakesItsWholeTimeIsInterrupted() {
        LeaderNodes.Hold never = nodes.hold();
        supervise(new Part("jobs", () -> {}, never::await));
        nodes.backend.takeOver(KEY, Duration.ofSeconds(60));

        nodes.advance(Duration.ofMillis(3_300));
        assertThat(log).containsExactly("start jobs", "stop jobs TAKEN_OVER PT3.6S");
        nodes.advance(Duration.ofMillis(3_650));

        await().untilAsserted(() -> assertThat(log).endsWith("stopped jobs"));
        assertThat(a.overruns).isEmpty();
    }

    @Test
    void ls3_aLeaseThatIsLostDuringAGracefulStopShortensIt() {
        LeaderNodes.Hold never = nodes.hold();
        LeaderSupervisor supervisor = supervise(new Part("jobs", () -> {}, never::await));
        nodes.runInBackground(supervisor::close);
        nodes.backend.takeOver(KEY, Duration.ofSeconds(60));

        nodes.advance(Duration.ofMillis(5_400));

        assertThat(log).containsExactly("start jobs", "stop jobs CLOSED PT7.2S", "stopped jobs");
        assertThat(a.events(LeaderEvent.Lost.class))
                .singleElement()
                .satisfies(over -> assertThat(over.reason()).isEqualTo(DemotionReason.TAKEN_OVER));
        assertThat(a.overruns).isEmpty();
    }

    @Test
    void ls3_aLeaseThatIsLostBeforeAGracefulStopReachesTheSubsystemsIsToldAsSuch() {
        LeaderNodes.Hold start = nodes.hold();
        LeaderSupervisor supervisor = supervise(new Part("jobs", () -> uninterruptibly(start), () -> {}));
        nodes.runInBackground(supervisor::close);
        nodes.backend.takeOver(KEY, Duration.ofSeconds(60));
        nodes.advance(Duration.ofMillis(3_400));

        start.open();
        nodes.advance(Duration.ofMillis(1));

        assertThat(log).containsExactly("start jobs", "stop jobs TAKEN_OVER PT3.6S", "stopped jobs");
    }

    @Test
    void ls3_aSupervisorNeedsSomethingToRun() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.elector.supervise(CRON))
                .withMessage("election 'cron' needs at least one subsystem");
    }
}
