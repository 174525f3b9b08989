package io.github.pavelagarkov.kernel.core.internal.leader;

import static io.github.pavelagarkov.kernel.core.internal.leader.LeaderNodes.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The defects of the Go library's watchdog, one by one, as cases that this engine passes. Not here, because they cannot occur
 * or belong elsewhere: 19 (the host starts what is registered), 20 (registration after the start, {@code SD} rules), 22 (an
 * API gap), 23 (job scheduler).
 */
@Timeout(60)
final class GoSeedWatchdogDefectsTest {
    private final LeaderNodes nodes = new LeaderNodes(LeaderNodes.LEASES);
    private final LeaderNodes.Node a = nodes.node("a");
    private final LeaderNodes.Node b = nodes.node("b");

    @Test
    void s1_aFollowerThatIsClosedDoesNothingMore() {
        a.lead();
        Election follower = b.join();
        follower.close();
        int asked = b.store.requests.size();

        nodes.advance(Duration.ofMinutes(1));

        assertThat(b.store.requests).hasSize(asked);
        assertThat(follower.status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void s2_theLeaseIsNotReleasedBeforeTheWorkHasStopped() {
        for (int i = 0; i < 50; i++) {
            LeaderNodes.Node leader = nodes.node("n" + i);
            leader.onDemoted = (term, reason) -> {
                nodes.work(Duration.ofMillis(50));
                assertThat(leader.store.releases).isEmpty();
            };
            Election election = leader.lead();
            CompletableFuture<Void> closed = nodes.inBackground(election::close);
            nodes.advance(Duration.ofMillis(51));

            assertThat(closed).isCompleted();
            assertThat(leader.store.releases).hasSize(1);
            assertThat(leader.events(LeaderEvent.CallbackFailed.class)).isEmpty();
        }
    }

    @Test
    void s3_theEndOfATermIsAlwaysToldOnAStop() {
        for (int i = 0; i < 50; i++) {
            LeaderNodes.Node leader = nodes.node("n" + i);
            leader.lead();
            leader.elector.close();
        }

        assertThat(nodes.log).hasSize(150);
        assertThat(nodes.log.stream().filter(line -> line.endsWith("demoted CLOSED")))
                .hasSize(50);
    }

    @Test
    void s4_oneFailedRenewalIsNoLoss() {
        Election election = a.lead();
        a.store.next(ScriptedLeaseStore.failing(new BackendUnavailableException("blip")));

        nodes.advance(Duration.ofSeconds(30));

        assertThat(election.isLeader()).isTrue();
        assertThat(nodes.log).containsExactly("a elected");
    }

    @Test
    void s5_aLostReplyToTheAcquisitionLeavesNoKeyThatNobodyOwns() {
        a.store.next(ScriptedLeaseStore.lostReply(), ScriptedLeaseStore.lostReply());

        Election election = a.join();
        nodes.advance(Duration.ofSeconds(3));

        assertThat(election.isLeader()).isTrue();
    }

    @Test
    void s6_aCallThatHangsDoesNotKeepTheLeaderBeyondItsDeadline() {
        Election first = a.lead();
        Election second = b.join();
        a.store.cut();

        for (int i = 0; i < 200; i++) {
            nodes.advance(Duration.ofMillis(100));
            assertThat(first.isLeader() && second.isLeader()).isFalse();
        }

        assertThat(second.isLeader()).isTrue();
    }

    @Test
    void s7_aPauseLongerThanTheLeaseEndsTheTermAndTheNextHasALargerToken() {
        Election first = a.lead();
        Election second = b.join();
        a.store.cut();

        nodes.clock.stall(Duration.ofSeconds(16));
        assertThat(first.isLeader()).isFalse();
        nodes.advance(Duration.ofSeconds(1));

        assertThat(second.isLeader()).isTrue();
        assertThat(b.terms.get(0).fencingToken()).isGreaterThan(a.terms.get(0).fencingToken());
    }

    @Test
    void s8_aRefusalOfTheStoreIsToldAndVisible() {
        a.store.breakKey(KEY, new IllegalStateException("NOAUTH Authentication required."));

        Election election = a.join();
        nodes.advance(Duration.ofSeconds(30));

        assertThat(a.events(LeaderEvent.Trouble.class)).hasSize(1);
        assertThat(election.status())
                .isInstanceOfSatisfying(
                        LeadershipStatus.Unknown.class,
                        unknown -> assertThat(unknown.cause()).hasMessageStartingWith("NOAUTH"));
    }

    @Test
    void s9_closeWaitsForTheReleaseButNotForEver() {
        Election election = a.lead();
        a.store.onRelease(ScriptedLeaseStore.lateReply(Duration.ofMillis(500)));
        CompletableFuture<Void> closed = nodes.inBackground(election::close);
        nodes.advance(Duration.ofMillis(499));
        assertThat(closed).isNotDone();
        nodes.advance(Duration.ofMillis(2));
        assertThat(closed).isCompleted();

        Election again = a.lead();
        a.store.onRelease(ScriptedLeaseStore.lostRequest());
        closed = nodes.inBackground(again::close);
        nodes.advance(Duration.ofMillis(1_001));

        assertThat(closed).isCompleted();
    }

    @Test
    void s10_aTinyLeaseIsRefusedAndJitterIsDrawnForEachRenewal() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeaseTiming.ofLease(Duration.ofNanos(9)))
                .withMessageContaining("lease must be at least PT0.5S");
        a.lead();
        nodes.advance(Duration.ofMinutes(2));

        // With one jitter for all renewals there would be an exact number of them; see the grid of le10 for the bounds.
        assertThat(a.store.requests).hasSizeBetween(37, 46);
    }

    @Test
    void s11_joiningAfterTheCloseFailsInsteadOfHanging() {
        a.elector.close();

        assertThatIllegalStateException().isThrownBy(a::join).withMessageContaining("closed");
    }

    @Test
    void s12_aListenerThatDoesNotReturnStopsNoRenewal() {
        LeaderNodes.Hold hold = nodes.hold();
        a.onElected = scope -> hold.await();
        Election election = a.lead();

        nodes.advance(Duration.ofMinutes(2));

        assertThat(election.isLeader()).isTrue();
        hold.open();
    }

    @Test
    void s13_anErrorInTheStoreDoesNotLeaveTheWorkRunningWithoutALease() {
        a.lead();
        a.store.always(ScriptedLeaseStore.throwing(() -> new NoClassDefFoundError("some/Driver")));

        nodes.advance(Duration.ofSeconds(11));

        assertThat(nodes.log).containsExactly("a elected", "a demoted LEASE_EXPIRED", "a stopped");
    }

    @Test
    void s14_aCloseDuringTheStartStopsWhatWasStarted() {
        a.onElected = scope -> scope.cancellation().sleep(Duration.ofMinutes(1));
        Election election = a.lead();

        election.close();

        assertThat(nodes.log).containsExactly("a elected", "a demoted CLOSED", "a stopped");
    }

    @Test
    void s15_aSlowStartSeesTheLossAndAFailedOneIsNoLeadership() {
        a.onElected = scope -> {
            boolean whole = scope.cancellation().sleep(Duration.ofMinutes(1));
            assertThat(whole).isFalse();
        };
        a.lead();
        nodes.backend.takeOver(KEY, Duration.ofMinutes(1));
        nodes.advance(Duration.ofSeconds(4));
        assertThat(nodes.log).containsExactly("a elected", "a demoted TAKEN_OVER", "a stopped");

        b.onElected = scope -> {
            throw new IllegalStateException("cannot start");
        };
        Election other = b.join(ElectionSpec.of("other"));
        nodes.clock.settle();
        assertThat(other.isLeader()).isFalse();
        assertThat(nodes.log).endsWith("b elected", "b demoted START_FAILED", "b stopped");
    }

    @Test
    void s16_anErrorInTheStartBlocksNeitherCloseNorTheLease() {
        a.onElected = scope -> {
            throw new StackOverflowError();
        };
        Election election = a.join();
        nodes.clock.settle();

        assertThat(nodes.backend.holder(KEY)).isEmpty();
        election.close();
        assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class);
    }

    @Test
    void s17_noStaleElectionIsToldAfterALoss() {
        LeaderNodes.Hold stop = nodes.hold();
        a.onDemoted = (term, reason) -> stop.await();
        a.lead();
        nodes.backend.delete(KEY);
        nodes.advance(Duration.ofSeconds(10));
        b.lead();

        stop.open();
        nodes.advance(Duration.ofMinutes(1));

        assertThat(nodes.log).containsExactly("a elected", "a demoted KEY_LOST", "b elected", "a stopped");
    }

    @Test
    void s18_closingTheElectorReleasesAllElectionsAtTheSameTimeWithinABound() {
        LeaderNodes.Hold never = nodes.hold();
        a.onDemoted = (term, reason) -> {
            if (term.election().equals("stuck")) {
                never.await();
            }
        };
        a.join(ElectionSpec.of("stuck"));
        a.lead();

        CompletableFuture<Void> closed = nodes.inBackground(a.elector::close);
        nodes.advance(Duration.ofMillis(10));
        assertThat(nodes.backend.holder(KEY)).isEmpty();
        nodes.advance(Duration.ofMillis(9_001));

        assertThat(closed).isCompleted();
        never.open();
    }

    @Test
    void s21_aLeaseBelowOneMillisecondIsRefusedBeforeItReachesTheStore() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new LeaseRequest(KEY, LeaseRequest.Mode.ACQUIRE, "id", "a", Duration.ofNanos(999_999)))
                .withMessageContaining("ttl of cron must be at least PT0.001S");
    }

    @Test
    void s24_everyTermHasAnIdOfItsOwn() {
        Election election = a.lead();
        for (int i = 0; i < 10; i++) {
            var unused = election.stepDown(Duration.ZERO);
            nodes.advance(Duration.ofMillis(10));
        }

        assertThat(a.terms).hasSize(11);
        assertThat(a.store.releases).hasSize(10).doesNotHaveDuplicates();
    }
}
