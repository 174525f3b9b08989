package io.github.pavelagarkov.kernel.core.internal.leader;

import static io.github.pavelagarkov.kernel.core.internal.leader.LeaderNodes.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * LE-7 to LE-10, LE-17, LE-20: what the store and the network may do to a term. What every elector owes is in the suite.
 */
@Timeout(60)
final class LeaderElectionStoreRulesTest {
    private final LeaderNodes nodes = new LeaderNodes(LeaderNodes.LEASES);
    private final LeaderNodes.Node a = nodes.node("a");
    private final LeaderNodes.Node b = nodes.node("b");

    @Test
    void le7_anAcquisitionThatIsGrantedAfterTheCloseIsGivenBack() {
        a.store.next(ScriptedLeaseStore.lateExecution(Duration.ofSeconds(5)));
        Election election = a.join();
        nodes.runInBackground(election::close);
        nodes.advance(Duration.ofSeconds(6));

        assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class);
        assertThat(nodes.backend.holder(KEY)).isEmpty();
        assertThat(nodes.log).isEmpty();
    }

    @Test
    void le7_aFollowersOldRequestThatIsGrantedAfterTheCloseIsGivenBack() {
        Election first = b.lead();
        a.store.next(ScriptedLeaseStore.lateExecution(Duration.ofSeconds(8)));
        Election second = a.join();
        nodes.advance(Duration.ofSeconds(3));
        assertThat(second.status()).isInstanceOf(LeadershipStatus.Follower.class);

        nodes.runInBackground(second::close);
        nodes.runInBackground(first::close);
        nodes.advance(Duration.ofSeconds(6));

        assertThat(nodes.backend.holder(KEY)).isEmpty();
    }

    @Test
    void le7_aLateCommandOfAnOldTermCannotTouchTheNewOne() {
        Election election = a.lead();
        a.store.next(ScriptedLeaseStore.lateExecution(Duration.ofSeconds(8)));
        nodes.advance(Duration.ofMillis(3_400));
        var unused = election.stepDown(Duration.ZERO);
        nodes.advance(Duration.ofSeconds(1));
        assertThat(a.terms).hasSize(2);

        nodes.advance(Duration.ofSeconds(30));

        assertThat(a.terms).hasSize(2);
        assertThat(election.isLeader()).isTrue();
    }

    @Test
    void le8_aLeaseThatExpiredHereIsTakenAnewAsSoonAsTheStoreAnswers() {
        Election election = a.lead();
        a.store.always(ScriptedLeaseStore.failing(new BackendUnavailableException("down")));
        nodes.advance(Duration.ofSeconds(10));
        assertThat(nodes.log).containsExactly("a elected", "a demoted LEASE_EXPIRED", "a stopped");

        a.store.heal();
        nodes.advance(Duration.ofMillis(500));

        assertThat(election.isLeader()).isTrue();
    }

    @Test
    void le8_aMissingKeyEndsTheTermAndIsNotSetAgainInsideIt() {
        LeaderNodes.Hold stop = nodes.hold();
        a.onDemoted = (term, reason) -> stop.await();
        Election election = a.lead();
        nodes.backend.delete(KEY);

        nodes.advance(Duration.ofSeconds(30));
        assertThat(election.isLeader()).isFalse();
        assertThat(nodes.log).containsExactly("a elected", "a demoted KEY_LOST");
        assertThat(nodes.backend.holder(KEY)).isEmpty();
        stop.open();
        nodes.advance(Duration.ofSeconds(1));

        assertThat(a.terms).hasSize(2);
    }

    @Test
    void le8_aLateAcquisitionThatSetsALostKeyAgainDoesNotProlongTheTerm() {
        a.store.next(ScriptedLeaseStore.lateExecution(Duration.ofMillis(2_500)));
        Election election = a.join();
        nodes.advance(Duration.ofMillis(1_500));
        assertThat(election.isLeader()).isTrue();
        long token = a.terms.get(0).fencingToken();

        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(5));

        assertThat(nodes.log).startsWith("a elected", "a demoted KEY_LOST", "a stopped");
        nodes.advance(Duration.ofSeconds(15));
        assertThat(election.term())
                .hasValueSatisfying(term -> assertThat(term.fencingToken())
                        .isGreaterThan(token)
                        .isEqualTo(a.terms.get(1).fencingToken()));
    }

    @Test
    void le9_aGapInTheNotificationsMakesCandidatesLook() {
        a.lead();
        b.join();
        int before = b.store.requests.size();

        nodes.backend.gap();
        nodes.advance(Duration.ofMillis(2));

        assertThat(b.store.requests).hasSize(before + 1);
    }

    @Test
    void le9_aReleaseThatACandidateMissedBecauseItWasCutOffCostsOneLease() {
        Election first = a.lead();
        Election second = b.join();
        nodes.backend.loseNotifications();
        first.close();

        nodes.backend.gap();
        nodes.advance(Duration.ofMillis(14_990));
        assertThat(second.isLeader()).isFalse();
        nodes.advance(Duration.ofMillis(20));

        assertThat(second.isLeader()).isTrue();
    }

    @Test
    void le9_aReleaseThatIsToldEndsTheCautionOfACandidateThatWasCutOff() {
        Election first = a.lead();
        Election second = b.join();
        nodes.backend.flush();
        nodes.backend.gap();
        nodes.advance(Duration.ofMillis(3_400));
        assertThat(a.terms).hasSize(2);

        first.close();
        nodes.clock.settle();

        assertThat(second.isLeader()).isTrue();
    }

    @Test
    void le8_aCandidateThatWasCutOffLeavesALeaseThatTheStoreLostToItsLeader() {
        Election first = a.lead();
        Election second = b.join();
        nodes.advance(Duration.ofSeconds(4));
        b.store.next(ScriptedLeaseStore.failing(new BackendUnavailableException("restarting")));
        nodes.advance(Duration.ofMillis(1_002));
        nodes.backend.flush();

        nodes.advance(Duration.ofSeconds(30));

        assertThat(nodes.log).containsExactly("a elected", "a demoted KEY_LOST", "a stopped", "a elected");
        assertThat(first.isLeader()).isTrue();
        assertThat(second.status()).isInstanceOf(LeadershipStatus.Follower.class);
    }

    @Test
    void le13_failsWithinOneAttemptIfTheStoreCannotBeAsked() {
        Election election = a.lead();
        for (ScriptedLeaseStore.Fault fault : List.of(
                ScriptedLeaseStore.lostRequest(),
                ScriptedLeaseStore.failing(new BackendUnavailableException("down")),
                ScriptedLeaseStore.throwing(new BackendUnavailableException("down")),
                ScriptedLeaseStore.answeringNull())) {
            a.store.onHolder(fault);
            var answer = election.currentLeader().toCompletableFuture();
            nodes.advance(Duration.ofMillis(1_001));

            assertThat(answer)
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .withMessageStartingWith("cannot find out who leads election 'cron': ");
        }
    }

    @Test
    void le17_troubleIsReportedOncePerChangeAndSoIsItsEnd() {
        Election election = a.lead();
        a.store.always(ScriptedLeaseStore.failing(new BackendUnavailableException("NOAUTH")));
        nodes.advance(Duration.ofSeconds(5));
        assertThat(election.status())
                .isInstanceOfSatisfying(
                        LeadershipStatus.Leader.class,
                        leader -> assertThat(leader.trouble())
                                .hasValueSatisfying(cause -> assertThat(cause).hasMessage("NOAUTH")));
        a.store.always(ScriptedLeaseStore.failing(new BackendUnavailableException("READONLY")));
        nodes.advance(Duration.ofSeconds(2));
        a.store.heal();
        nodes.advance(Duration.ofSeconds(2));

        assertThat(a.events(LeaderEvent.Trouble.class))
                .extracting(trouble -> trouble.cause().getMessage())
                .containsExactly("NOAUTH", "READONLY");
        assertThat(a.events(LeaderEvent.Recovered.class))
                .singleElement()
                .satisfies(recovered -> assertThat(recovered.failures()).isGreaterThan(10));
        assertThat(election.status()).isEqualTo(new LeadershipStatus.Leader(a.terms.get(0), Optional.empty()));
    }

    /** As after a pause of the store: it answers in order, each time a little too late for the call that is waited for. */
    @Test
    void le17_aLateAnswerWhileTheNextIsAwaitedIsNoEndOfTheTrouble() {
        a.lead();
        a.store.next(
                ScriptedLeaseStore.lateReply(Duration.ofMillis(1_500)),
                ScriptedLeaseStore.lateReply(Duration.ofMillis(1_500)));

        nodes.advance(Duration.ofSeconds(8));

        assertThat(a.events(LeaderEvent.Trouble.class)).hasSize(1);
        assertThat(a.events(LeaderEvent.Recovered.class))
                .singleElement()
                .satisfies(recovered -> assertThat(recovered.failures()).isEqualTo(2));
    }

    @Test
    void le17_aStoreThatDoesNotAnswerIsTrouble() {
        a.lead();
        a.store.cut();

        nodes.advance(Duration.ofSeconds(20));

        assertThat(a.events(LeaderEvent.Trouble.class))
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.cause())
                        .hasMessage("the store of election 'cron' did not answer within PT1S"));
    }

    @Test
    void le17_aKeyWithoutAnEndIsTrouble() {
        nodes.backend.takeOver(KEY, Duration.ofDays(10));
        nodes.backend.persist(KEY);

        Election election = a.join();
        nodes.advance(Duration.ofSeconds(30));

        assertThat(election.status())
                .isInstanceOfSatisfying(
                        LeadershipStatus.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause()).hasMessageContaining("its key in the store never expires"));
        assertThat(a.events(LeaderEvent.Trouble.class)).hasSize(1);
        assertThat(a.store.requests).hasSizeBetween(6, 8);
    }

    @Test
    void le20_aBrokenKeyHarmsNoOtherElection() {
        a.store.breakKey(LeaseKey.election("broken"), new IllegalStateException("WRONGTYPE"));
        Election well = a.lead();
        Election broken = a.join(ElectionSpec.of("broken"));
        nodes.advance(Duration.ofSeconds(60));

        assertThat(well.isLeader()).isTrue();
        assertThat(nodes.log).containsExactly("a elected");
        assertThat(broken.status()).isInstanceOf(LeadershipStatus.Unknown.class);
    }

    @Test
    void le20_aStoreThatThrowsErrorsOrAnswersNullIsAskedAgain() {
        a.store.next(
                ScriptedLeaseStore.throwing(() -> new NoClassDefFoundError("some/Driver")),
                ScriptedLeaseStore.answeringNull());

        Election election = a.join();
        nodes.advance(Duration.ofSeconds(10));
        assertThat(election.isLeader()).isTrue();
        a.store.onRelease(ScriptedLeaseStore.answeringNull());
        nodes.runInBackground(election::close);
        nodes.advance(Duration.ofSeconds(2));

        assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }
}
