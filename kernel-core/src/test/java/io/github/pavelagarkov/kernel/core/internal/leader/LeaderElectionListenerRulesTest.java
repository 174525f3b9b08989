package io.github.pavelagarkov.kernel.core.internal.leader;

import static io.github.pavelagarkov.kernel.core.internal.leader.LeaderNodes.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LE-11 to LE-20: what listeners and callers may do, and what they are told. */
@Timeout(60)
final class LeaderElectionListenerRulesTest {
    private final LeaderNodes nodes = new LeaderNodes(LeaderNodes.LEASES);
    private final LeaderNodes.Node a = nodes.node("a");
    private final LeaderNodes.Node b = nodes.node("b");

    private static void cannotStart() {
        throw new IllegalStateException("cannot start");
    }

    @Test
    void le11_failedStartsHoldBackOneSecondDoubledUpToOneMinute() {
        a.onElected = scope -> cannotStart();
        a.join();

        nodes.advance(Duration.ofMinutes(6));

        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < a.electedAt.size(); i++) {
            waits.add(Duration.ofNanos(a.electedAt.get(i) - a.electedAt.get(i - 1))
                    .toMillis());
        }
        assertThat(waits).hasSizeGreaterThanOrEqualTo(9);
        for (int i = 0; i < waits.size(); i++) {
            long expected = Math.min(60_000, 1_000L << i);
            assertThat(waits.get(i)).isBetween(expected, (long) (expected * 1.1) + 5);
        }
    }

    @Test
    void le11_anotherCandidateWinsAfterAFailedStart() {
        a.onElected = scope -> cannotStart();
        a.store.next(ScriptedLeaseStore.lateReply(Duration.ofMillis(100)));
        a.join();
        Election winner = b.join();

        nodes.advance(Duration.ofSeconds(30));

        assertThat(winner.isLeader()).isTrue();
        assertThat(nodes.log).containsExactly("a elected", "a demoted START_FAILED", "a stopped", "b elected");
    }

    @Test
    void le12_stepDownHandsOverAndDoesNotCompeteForTheCoolDown() {
        Election first = a.lead();
        Election second = b.join();

        CompletableFuture<Void> done = first.stepDown(Duration.ofSeconds(30)).toCompletableFuture();
        nodes.clock.settle();
        assertThat(done).isCompleted();
        assertThat(second.isLeader()).isTrue();
        second.close();
        nodes.advance(Duration.ofSeconds(29));
        assertThat(first.isLeader()).isFalse();
        nodes.advance(Duration.ofSeconds(2));

        assertThat(first.isLeader()).isTrue();
        assertThat(nodes.log).startsWith("a elected", "a demoted STEPPED_DOWN", "a stopped", "b elected");
    }

    @Test
    void le12_aFailedStartDoesNotShortenTheCoolDown() {
        CompletableFuture<Election> election = new CompletableFuture<>();
        a.onElected = scope -> {
            if (a.terms.size() == 1) {
                cannotStart();
            }
        };
        a.onDemoted = (term, reason) -> {
            var unused = election.join().stepDown(Duration.ofSeconds(30));
        };
        election.complete(a.elector.join(ElectionSpec.of("cron"), a));

        nodes.advance(Duration.ofSeconds(29));
        assertThat(a.terms).hasSize(1);
        nodes.advance(Duration.ofSeconds(2));

        assertThat(a.terms).hasSize(2);
    }

    @Test
    void le12_closeFromInsideACallbackDoesNotWaitForIt() {
        CompletableFuture<Election> election = new CompletableFuture<>();
        a.onElected = scope -> election.join().close();
        a.onDemoted = (term, reason) -> a.elector.close();

        election.complete(a.elector.join(ElectionSpec.of("cron"), a));
        nodes.clock.settle();

        assertThat(nodes.log).containsExactly("a elected", "a demoted CLOSED", "a stopped");
        assertThat(election.join().status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void le12_whatFollowsAStepDownMayBlockWithoutHarm() {
        Election election = a.lead();
        CompletableFuture<Void> closed =
                election.stepDown(Duration.ofSeconds(30)).toCompletableFuture().thenRun(election::close);

        nodes.advance(Duration.ofMillis(100));

        assertThat(closed).isCompleted();
        assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void le12_aStepDownEndsEvenIfTheWorkNeverDoes() {
        LeaderNodes.Hold never = nodes.hold();
        a.onDemoted = (term, reason) -> never.await();
        Election election = a.lead();
        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(4));

        CompletableFuture<Void> done = election.stepDown(Duration.ZERO).toCompletableFuture();
        nodes.advance(Duration.ofSeconds(9));

        assertThat(done).isCompleted();
        never.open();
    }

    @Test
    void le14_closeIsIdempotentAlsoWithTheStoreDown() {
        Election election = a.lead();
        a.store.cut();

        CompletableFuture<Void> first = nodes.inBackground(election::close);
        CompletableFuture<Void> second = nodes.inBackground(election::close);
        nodes.advance(Duration.ofMillis(1_001));
        election.close();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(nodes.log).containsExactly("a elected", "a demoted CLOSED", "a stopped");
        assertThat(a.events(LeaderEvent.Lost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.released()).isFalse());
    }

    @Test
    void le14_aNameThatIsOpenOrAnElectorThatIsClosedRefusesAndNamesTheElection() {
        Election election = a.lead();
        assertThatIllegalStateException()
                .isThrownBy(() -> a.join())
                .withMessage("election 'cron' is open here already; close it before it is joined again");
        election.close();
        a.lead();

        a.elector.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> a.join())
                .withMessage("the leader elector is closed, cannot join election 'cron'");
        assertThatIllegalStateException()
                .isThrownBy(() -> election.stepDown(Duration.ZERO))
                .withMessage("election 'cron' is closed, cannot step down");
    }

    @Rule("LE-15")
    void le15_aDemotionDoesNotWaitForTheCallbacksOfOtherElections() {
        LeaderNodes.Hold never = nodes.hold();
        LeaderNodes.Node stuck = nodes.node("a");
        stuck.onElected = scope -> {
            if (scope.term().election().startsWith("stuck")) {
                never.await();
            }
        };
        for (int i = 0; i < 20; i++) {
            stuck.join(ElectionSpec.of("stuck-" + i));
        }
        Election well = stuck.join();
        assertThat(well.isLeader()).isTrue();

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofMillis(3_400));

        assertThat(nodes.log).contains("a demoted KEY_LOST");
        never.open();
    }

    @Test
    void le16_timingIsCheckedAndBothValuesAreNamed() {
        assertTiming(15, 16, 3, 0.1, 1, 4, "margin must be less than lease PT15S, was PT16S");
        assertTiming(15, 5, 3, 0.1, 2, 4, "attempt must be at most half of renew PT3S, was PT2S");
        assertTiming(
                15,
                4,
                3,
                0.1,
                1,
                4,
                "margin must be at least 1 % of lease PT15S + PT0.1S + forcedStop PT4S = PT4.25S, was PT4S");
        assertTiming(
                15,
                5,
                8,
                0.1,
                1,
                4,
                "renew PT8S with jitter 0.1 and two attempts of PT1S with pause PT0.2S take PT11.2S, "
                        + "must be at most lease - margin = PT15S - PT5S = PT10S");
        assertTiming(15, 5, 3, 0.6, 1, 4, "jitter must be between 0 and 0.5, was 0.6");
    }

    private static void assertTiming(
            long lease, long margin, long renew, double jitter, long attempt, long stop, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LeaseTiming(
                        Duration.ofSeconds(lease),
                        Duration.ofSeconds(margin),
                        Duration.ofSeconds(renew),
                        jitter,
                        Duration.ofSeconds(attempt),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(stop)))
                .withMessage(message);
    }

    @Rule("LE-18")
    void le18_workThatOutlivesTheMarginIsReportedOnceWithItsStack() {
        LeaderNodes.Hold stop = nodes.hold();
        a.onDemoted = (term, reason) -> stop.await();
        ElectionSpec spec = ElectionSpec.builder("cron")
                .onOverrun(OverrunReaction.HEALTH_DOWN)
                .build();
        a.join(spec);
        a.store.cut();

        nodes.advance(Duration.ofMillis(14_900));
        assertThat(a.overruns).isEmpty();
        nodes.advance(Duration.ofSeconds(30));

        assertThat(a.overruns).containsExactly(spec);
        assertThat(a.events(LeaderEvent.WorkOverrun.class)).singleElement().satisfies(overrun -> {
            assertThat(overrun.term()).isEqualTo(a.terms.get(0));
            assertThat(overrun.frames()).anyMatch(frame -> frame.contains("LeaderElectionListenerRulesTest"));
        });
        stop.open();
    }

    @Rule("LE-18")
    void le18_workThatStopsWithinTheMarginIsNoOverrunHoweverTheLeaseWasLost() {
        a.onDemoted = (term, reason) -> nodes.work(Duration.ofSeconds(4));
        a.lead();
        nodes.backend.takeOver(KEY, Duration.ofSeconds(5));
        nodes.advance(Duration.ofSeconds(12));
        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(10));

        assertThat(nodes.log).contains("a demoted TAKEN_OVER", "a demoted KEY_LOST");
        assertThat(a.overruns).isEmpty();
    }

    @Test
    void le20_aReactionThatThrowsStopsNothing() {
        LeaderNodes.Hold stop = nodes.hold();
        a.onOverrun = (spec, term) -> {
            throw new IllegalStateException("broken reaction");
        };
        a.onDemoted = (term, reason) -> stop.await();
        Election election = a.lead();
        Election other = a.join(ElectionSpec.of("other"));
        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(20));
        assertThat(a.overruns).hasSize(1);

        stop.open();
        a.onDemoted = (term, reason) -> {};
        nodes.advance(Duration.ofSeconds(10));

        assertThat(election.isLeader()).isTrue();
        assertThat(other.isLeader()).isTrue();
    }

    @Test
    void le20_anErrorThrownByAListenerOrItsTokenIsReportedAndNothingElse() {
        a.onElected = scope -> {
            var unused = scope.cancellation().onCancel(() -> {
                throw new AssertionError("broken action");
            });
            throw new StackOverflowError();
        };
        Election election = a.join();
        nodes.advance(Duration.ofSeconds(2));

        assertThat(nodes.log).startsWith("a elected", "a demoted START_FAILED", "a stopped", "a elected");
        nodes.runInBackground(election::close);
        nodes.advance(Duration.ofSeconds(2));
        assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void le20_anActionOnATokenThatBlocksHarmsNoOtherElection() {
        LeaderNodes.Hold action = nodes.hold();
        a.onElected = scope -> {
            if (scope.term().election().equals("cron")) {
                var unused = scope.cancellation().onCancel(() -> blocked(action));
            }
        };
        a.lead();
        Election other = a.join(ElectionSpec.of("other"));
        nodes.backend.delete(KEY);

        nodes.advance(Duration.ofSeconds(20));

        assertThat(nodes.log).contains("a demoted KEY_LOST");
        assertThat(other.isLeader()).isTrue();
        action.open();
    }

    private static void blocked(LeaderNodes.Hold action) {
        try {
            action.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void le20_whatIsChainedToTheAnswerAboutTheLeaderMayBlock() {
        LeaderNodes.Hold chained = nodes.hold();
        Election election = a.lead();
        a.store.always(ScriptedLeaseStore.lateReply(Duration.ofMillis(10)));
        a.store.onHolder(ScriptedLeaseStore.lateReply(Duration.ofMillis(10)));

        var unused = election.currentLeader().thenRun(() -> blocked(chained));
        nodes.advance(Duration.ofSeconds(20));

        assertThat(election.isLeader()).isTrue();
        chained.open();
    }
}
