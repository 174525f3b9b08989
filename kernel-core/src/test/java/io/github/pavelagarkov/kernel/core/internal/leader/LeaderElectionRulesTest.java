package io.github.pavelagarkov.kernel.core.internal.leader;

import static io.github.pavelagarkov.kernel.core.internal.leader.LeaderNodes.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LE-1 to LE-8: what one term is. What every elector owes is in the suite. */
@Timeout(60)
final class LeaderElectionRulesTest {
    private final LeaderNodes nodes = new LeaderNodes(LeaderNodes.LEASES);
    private final LeaderNodes.Node a = nodes.node("a");
    private final LeaderNodes.Node b = nodes.node("b");

    @Test
    void le2_leadsUntilLeaseMinusMarginFromBeforeTheRequestWasSent() {
        a.store.next(ScriptedLeaseStore.lateReply(Duration.ofMillis(800)));
        a.store.always(ScriptedLeaseStore.lostRequest());

        Election election = a.join();
        nodes.advance(Duration.ofMillis(798));
        assertThat(election.isLeader()).isTrue();
        assertThat(election.remaining()).isEqualTo(Duration.ofMillis(9_200));
        nodes.advance(Duration.ofMillis(9_199));
        assertThat(election.isLeader()).isTrue();
        nodes.advance(Duration.ofMillis(1));

        assertThat(election.isLeader()).isFalse();
        assertThat(election.term()).isEmpty();
        assertThat(election.remaining()).isZero();
    }

    @Test
    void le2_onlyASuccessMovesTheLeaseAndACallInFlightIsNotWaitedFor() {
        Election election = a.lead();
        a.store.always(ScriptedLeaseStore.failing(new BackendUnavailableException("down")));
        nodes.advance(Duration.ofSeconds(7));
        a.store.always(ScriptedLeaseStore.lostRequest());
        nodes.advance(Duration.ofMillis(2_900));
        assertThat(election.isLeader()).isTrue();

        nodes.advance(Duration.ofMillis(100));

        assertThat(election.isLeader()).isFalse();
    }

    @Test
    void le2_leadsFromAcquisitionOnWhileOnElectedRuns() {
        AtomicBoolean led = new AtomicBoolean();
        a.onElected = scope -> led.set(scope.isActive());

        Election election = a.lead();

        assertThat(led).isTrue();
        assertThat(election.term()).contains(a.terms.get(0));
    }

    @Test
    void le3_afterAPauseLongerThanTheLeaseTheFirstLookIsFalse() {
        Election election = a.lead();
        a.store.cut();

        nodes.clock.stall(Duration.ofSeconds(16));

        assertThat(election.isLeader()).isFalse();
        assertThat(nodes.log).contains("a demoted LEASE_EXPIRED");
    }

    @Test
    void le3_afterASuspendThatStopsTheMonotonicClockTheFirstLookIsFalse() {
        Election election = a.lead();

        nodes.clock.suspend(Duration.ofSeconds(16));

        assertThat(nodes.log).containsExactly("a elected");
        assertThat(election.isLeader()).isFalse();
        assertThat(election.term()).isEmpty();
    }

    @Test
    void le3_aStepBackOfTheWallClockNeitherDemotesNorProlongs() {
        Election election = a.lead();
        nodes.clock.jumpWall(Duration.ofHours(-1));
        nodes.advance(Duration.ofSeconds(60));
        assertThat(nodes.log).containsExactly("a elected");

        a.store.cut();
        nodes.advance(Duration.ofSeconds(10));

        assertThat(election.isLeader()).isFalse();
    }

    @Test
    void le4_onElectedAndOnDemotedAlternateEvenIfBothThrow() {
        a.onElected = scope -> {
            throw new IllegalStateException("cannot start");
        };
        a.onDemoted = (term, reason) -> {
            throw new IllegalStateException("cannot stop");
        };

        Election election = a.join();
        nodes.advance(Duration.ofSeconds(5));
        election.close();

        assertThat(nodes.log).hasSizeGreaterThanOrEqualTo(6);
        assertThat(nodes.log.size() % 3).isZero();
        for (int i = 0; i < nodes.log.size(); i += 3) {
            assertThat(nodes.log.subList(i, i + 3)).containsExactly("a elected", "a demoted START_FAILED", "a stopped");
        }
        assertThat(a.events(LeaderEvent.CallbackFailed.class))
                .extracting(LeaderEvent.CallbackFailed::callback)
                .startsWith("onElected", "onDemoted");
    }

    @Test
    void le4_aLossDuringOnElectedCancelsAtOnceAndInterrupts200MillisecondsLater() {
        CompletableFuture<LeaderScope> scope = new CompletableFuture<>();
        LeaderNodes.Hold never = nodes.hold();
        a.onElected = given -> {
            scope.complete(given);
            never.await();
        };
        Election election = a.lead();
        a.store.cut();

        nodes.advance(Duration.ofSeconds(10));
        assertThat(election.isLeader()).isFalse();
        assertThat(scope.join().cancellation().reason()).contains(CancelReason.LEADERSHIP_LOST);
        nodes.advance(Duration.ofMillis(190));
        assertThat(nodes.log).containsExactly("a elected");
        nodes.advance(Duration.ofMillis(12));

        // An interrupt is the one wake-up that the clock does not see.
        await().untilAsserted(() ->
                assertThat(nodes.log).containsExactly("a elected", "a demoted LEASE_EXPIRED", "a stopped"));
        assertThat(a.events(LeaderEvent.CallbackFailed.class)).isEmpty();
    }

    @Test
    void le4_callbacksHaveThreadsOfTheirOwn() {
        List<String> threads = new CopyOnWriteArrayList<>();
        a.onElected = scope -> threads.add(Thread.currentThread().getName());
        a.onDemoted = (term, reason) -> threads.add(Thread.currentThread().getName());
        a.lead();
        nodes.backend.takeOver(KEY, Duration.ofSeconds(15));

        nodes.advance(Duration.ofSeconds(4));

        assertThat(threads).hasSize(2).allMatch(name -> name.startsWith("kernel-leader"));
    }

    @Test
    void le5_theLeaseIsRenewedWhileTheWorkStopsAndReleasedAfterwards() {
        a.onDemoted = (term, reason) -> nodes.work(Duration.ofSeconds(7));
        Election first = a.lead();
        Election second = b.join();

        CompletableFuture<Void> closed = nodes.inBackground(first::close);
        nodes.advance(Duration.ofSeconds(6));
        assertThat(first.isLeader()).isTrue();
        assertThat(first.remaining()).isGreaterThan(Duration.ofSeconds(6));
        assertThat(second.isLeader()).isFalse();
        assertThat(a.store.releases).isEmpty();
        nodes.advance(Duration.ofSeconds(1));

        assertThat(closed).isCompleted();
        assertThat(second.isLeader()).isTrue();
        assertThat(nodes.log).containsExactly("a elected", "a demoted CLOSED", "a stopped", "b elected");
    }

    @Test
    void le5_workThatDoesNotStopKeepsTheKeyUntilItExpires() {
        LeaderNodes.Hold stop = nodes.hold();
        a.onDemoted = (term, reason) -> stop.await();
        Election first = a.lead();
        Election second = b.join();

        CompletableFuture<Void> closed = nodes.inBackground(first::close);
        nodes.advance(Duration.ofMillis(7_900));
        assertThat(closed).isNotDone();
        nodes.advance(Duration.ofMillis(1_100));
        assertThat(closed).isCompleted();
        int asked = a.store.requests.size();
        nodes.advance(Duration.ofSeconds(10));
        assertThat(first.isLeader()).isFalse();
        assertThat(a.store.requests).hasSize(asked);
        assertThat(a.store.releases).isEmpty();
        nodes.advance(Duration.ofSeconds(7));

        assertThat(second.isLeader()).isTrue();
        assertThat(a.events(LeaderEvent.WorkOverrun.class)).hasSize(1);
        stop.open();
        nodes.advance(Duration.ofSeconds(1));
        assertThat(first.status()).isInstanceOf(LeadershipStatus.Stopped.class);
        assertThat(second.isLeader()).isTrue();
    }

    @Test
    void le5_aRenewalUnderWayDoesNotReviveALeaseThatIsBeingReleased() {
        Election first = a.lead();
        Election second = b.join();
        a.store.next(ScriptedLeaseStore.lateReply(Duration.ofMillis(600)));
        a.store.onRelease(ScriptedLeaseStore.lateReply(Duration.ofMillis(900)));
        a.onDemoted = (term, reason) -> nodes.work(Duration.ofMillis(3_400));

        CompletableFuture<Void> closed = nodes.inBackground(first::close);
        for (int i = 0; i < 60; i++) {
            nodes.advance(Duration.ofMillis(100));
            assertThat(first.isLeader() && second.isLeader()).isFalse();
        }

        assertThat(closed).isCompleted();
        assertThat(second.isLeader()).isTrue();
    }

    @Test
    void le7_aLostReplyToTheFirstRequestCostsOneAttempt() {
        a.store.next(ScriptedLeaseStore.lostReply());

        Election election = a.join();
        nodes.advance(Duration.ofMillis(1_300));

        assertThat(election.isLeader()).isTrue();
        assertThat(a.store.requests)
                .extracting("leaseId")
                .containsOnly(a.store.requests.get(0).leaseId());
    }
}
