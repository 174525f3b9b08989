package io.github.pavelagarkov.kernel.tck.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderUnknownException;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the suite cannot ask: the decisions of a test, and what is told to one that errs. */
final class ManualLeaderElectorTest implements LeadershipListener {
    private final TestClock clock = new TestClock();
    private final RecordedEvents events = new RecordedEvents();
    private final ManualLeaderElector elector = ManualLeaderElector.on(clock, events);
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private boolean startFails;

    @Override
    public void onElected(LeaderScope scope) throws IOException {
        calls.add("elected " + scope.term().fencingToken());
        if (startFails) {
            throw new IOException("cannot start");
        }
    }

    @Override
    public void onDemoted(Term term, DemotionReason reason) {
        calls.add("demoted " + term.fencingToken() + " " + reason);
    }

    @AfterEach
    void close() {
        elector.close();
    }

    private Election join() {
        return elector.join(ElectionSpec.of("billing"), this);
    }

    @Test
    void nobodyIsElectedByHimself() {
        Election election = join();

        clock.advance(Duration.ofHours(1));

        assertThat(calls).isEmpty();
        assertThat(election.isLeader()).isFalse();
        assertThat(election.status()).isEqualTo(new LeadershipStatus.Follower());
        assertThat(election.currentLeader()).isCompletedWithValueMatching(leader -> leader.isEmpty());
    }

    @Test
    void everythingHasFollowedWhenADecisionReturns() {
        Election election = join();

        elector.grant("billing");
        assertThat(calls).containsExactly("elected 1");
        assertThat(election.isLeader()).isTrue();
        clock.advance(Duration.ofHours(1));
        elector.revoke("billing");

        assertThat(election.isLeader()).isFalse();
        assertThat(calls).containsExactly("elected 1", "demoted 1 TAKEN_OVER");
        assertThat(events.of(LeaderEvent.Lost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.held()).isEqualTo(Duration.ofHours(1)));
    }

    @Test
    void aLeaseIsGivenBackOnlyWhileItIsHeld() {
        Election election = join();
        elector.grant("billing");
        var unused = election.stepDown(Duration.ZERO);
        clock.settle();
        elector.grant("billing");
        elector.revoke("billing");

        assertThat(events.of(LeaderEvent.Lost.class))
                .extracting(LeaderEvent.Lost::reason, LeaderEvent.Lost::released)
                .containsExactly(tuple(DemotionReason.STEPPED_DOWN, true), tuple(DemotionReason.TAKEN_OVER, false));
    }

    @Test
    void leadershipIsTakenWithTheReasonGiven() {
        join();
        for (DemotionReason reason : List.of(DemotionReason.LEASE_EXPIRED, DemotionReason.KEY_LOST)) {
            elector.grant("billing");
            elector.revoke("billing", reason);
        }

        assertThat(calls).containsExactly("elected 1", "demoted 1 LEASE_EXPIRED", "elected 2", "demoted 2 KEY_LOST");
    }

    @Test
    void anotherLeaderIsToldOfAndItsTokenIsSurpassed() {
        Election election = join();
        LeaderInfo other = new LeaderInfo("node-b", OptionalLong.of(41));
        elector.grant("billing");

        elector.electOther("billing", other);

        assertThat(calls).containsExactly("elected 1", "demoted 1 TAKEN_OVER");
        assertThat(election.currentLeader()).isCompletedWithValueMatching(leader -> leader.equals(Optional.of(other)));
        elector.grant("billing");
        assertThat(calls).endsWith("elected 42");
        assertThat(election.currentLeader())
                .isCompletedWithValueMatching(
                        leader -> leader.orElseThrow().identity().equals(elector.identity()));
        elector.electNobody("billing");
        assertThat(calls).endsWith("demoted 42 KEY_LOST");
        assertThat(election.currentLeader()).isCompletedWithValueMatching(leader -> leader.isEmpty());
    }

    @Test
    void cutOffEndsTheTermWhenLeaseLessMarginHavePassed() {
        Election election = join();
        elector.grant("billing");
        // So that the last renewal was a second ago.
        clock.advance(Duration.ofSeconds(61));

        elector.cutOff(new IOException("no route"));

        clock.advance(Duration.ofMillis(9_999));
        assertThat(election.isLeader()).isTrue();
        assertThat(election.status()).asString().contains("no route");
        assertThat(election.currentLeader())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(LeaderUnknownException.class)
                .withMessageContaining("billing");
        clock.advance(Duration.ofMillis(1));
        assertThat(calls).containsExactly("elected 1", "demoted 1 LEASE_EXPIRED");
        assertThat(election.status()).isInstanceOf(LeadershipStatus.Unknown.class);
    }

    @Test
    void aShortCutIsNoLoss() {
        Election election = join();
        elector.grant("billing");
        elector.cutOff(new IOException("no route"));
        clock.advance(Duration.ofSeconds(9));

        elector.reconnect();

        clock.advance(Duration.ofHours(1));
        assertThat(election.isLeader()).isTrue();
        assertThat(calls).containsExactly("elected 1");
        assertThat(events.of(LeaderEvent.Recovered.class))
                .singleElement()
                .satisfies(recovered -> assertThat(recovered.after()).isEqualTo(Duration.ofSeconds(9)));
    }

    @Test
    void whoIsCutOffAlreadyIsNotToldAgain() {
        join();
        elector.cutOff(new IOException("no route"));
        clock.advance(Duration.ofSeconds(5));

        elector.cutOff(new IOException("no name"));

        clock.advance(Duration.ofSeconds(4));
        elector.reconnect();
        assertThat(events.of(LeaderEvent.Trouble.class)).hasSize(1);
        assertThat(events.of(LeaderEvent.Recovered.class))
                .singleElement()
                .satisfies(recovered -> assertThat(recovered.after()).isEqualTo(Duration.ofSeconds(9)));
    }

    @Test
    void leaseThatIsLeftToExpireStaysSoWhenTheStoreCanBeAskedAgain() {
        AtomicBoolean over = new AtomicBoolean();
        Election election = elector.join(ElectionSpec.of("billing"), new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {
                while (!over.get()) {
                    try {
                        clock.park(clock.nanoTime() + Duration.ofSeconds(1).toNanos());
                    } catch (InterruptedException e) {
                        // That is what makes it an overrun.
                    }
                }
            }

            @Override
            public void onDemoted(Term term, DemotionReason reason) {}
        });
        elector.grant("billing");
        var unused = election.stepDown(Duration.ZERO);
        while (events.of(LeaderEvent.WorkOverrun.class).isEmpty()) {
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(election.isLeader()).isTrue();

        elector.cutOff(new IOException("no route"));
        elector.reconnect();
        clock.advance(Duration.ofMinutes(1));

        assertThat(election.isLeader()).isFalse();
        over.set(true);
        clock.advance(Duration.ofSeconds(2));
    }

    @Test
    void aStandstillLongerThanTheLeaseEndsTheTerm() {
        join();
        elector.grant("billing");

        clock.stall(Duration.ofSeconds(20));

        assertThat(calls).containsExactly("elected 1", "demoted 1 LEASE_EXPIRED");
    }

    @Test
    void decisionsThatCannotBeAreRefusedAndSayWhy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> elector.grant("billing"))
                .withMessage("election 'billing' is not joined here, joined are []");
        Election election = join();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> elector.grant("biling"))
                .withMessage("election 'biling' is not joined here, joined are [billing]");
        assertThatIllegalStateException()
                .isThrownBy(() -> elector.revoke("billing"))
                .withMessage("election 'billing' is not led here");
        elector.grant("billing");
        assertThatIllegalStateException()
                .isThrownBy(() -> elector.grant("billing"))
                .withMessage("election 'billing' is led here already, in term 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> elector.revoke("billing", DemotionReason.CLOSED))
                .withMessage(
                        "reason to revoke election 'billing' must be LEASE_EXPIRED, TAKEN_OVER or KEY_LOST, was CLOSED");
        var unused = election.stepDown(Duration.ofMinutes(1));
        clock.settle();
        assertThatIllegalStateException()
                .isThrownBy(() -> elector.grant("billing"))
                .withMessage("election 'billing' holds back for another PT1M, after a step-down or a failed start");
        elector.cutOff(new IOException("no route"));
        assertThatIllegalStateException()
                .isThrownBy(() -> elector.grant("billing"))
                .withMessage("election 'billing' cannot be granted while cut off: java.io.IOException: no route");
    }

    @Test
    void afterAFailedStartItHoldsBackTwiceAsLongEachTime() {
        startFails = true;
        join();
        elector.grant("billing");
        assertThat(calls).containsExactly("elected 1", "demoted 1 START_FAILED");

        clock.advance(Duration.ofSeconds(1));
        elector.grant("billing");

        assertThatIllegalStateException()
                .isThrownBy(() -> elector.grant("billing"))
                .withMessageContaining("holds back for another PT2S");
        assertThat(events.of(LeaderEvent.CallbackFailed.class))
                .hasSize(2)
                .allSatisfy(failed -> assertThat(failed.error()).hasMessage("cannot start"));
    }
}
