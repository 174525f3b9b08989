package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderUnknownException;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Hold;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/**
 * LE: one leader at a time. Give the suite electors by {@code KernelFixture.elector}, and a backend that it may break by
 * {@code KernelFixture.backend}.
 *
 * <p>Each test looks at leadership through the one thing that its rule speaks of, and otherwise through the listener alone, so
 * that one mistake fails one rule.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class LeaderElectionRules extends LeaderContract {
    private Candidate a;
    private Candidate b;

    /** For the test engine. */
    public LeaderElectionRules() {}

    @BeforeEach
    void openElectors() {
        a = candidate("a");
        b = candidate("b");
    }

    /** Look at what {@code join} does on the calling thread: the first call to the backend belongs elsewhere. */
    @Rule("LE-1")
    void le1_joinReturnsWhileTheBackendIsDownAndTheStatusIsUnknown() {
        backend().down();

        Election election = atOnce("join, while the backend is down,", () -> a.elector.join(spec(), a));

        time().until(
                        "the status says Unknown while the backend is down",
                        timing().attempt().multipliedBy(2),
                        () -> election.status() instanceof LeadershipStatus.Unknown);
        assertThat(((LeadershipStatus.Unknown) election.status()).cause())
                .as("cause in the status")
                .isNotNull();
        backend().up();
        untilLeads(a, "can reach the backend again", poll().multipliedBy(2));
    }

    /** Look at when {@code isLeader()} turns true: with the lease, not with the end of {@code onElected}. */
    @Rule("LE-2")
    void le2_trueFromAcquisitionOnAlsoWhileOnElectedRuns() {
        Hold start = hold();
        a.onElected = scope -> start.await();
        Election election = a.elector.join(spec(), a);
        time().until("onElected is called", poll(), start::isEntered);

        boolean leads = atOnce("isLeader()", election::isLeader);

        assertThat(leads).as("isLeader() while onElected runs").isTrue();
        start.open();
    }

    /** Look for a call to the backend, or a lock that is held during one, behind {@code isLeader()}. */
    @Rule("LE-2")
    void le2_answersWhileACallIsInFlight() {
        Election election = lead(a, spec(patient()).build());
        link(a).cut();

        time().pass(renewal());
        boolean leads = atOnce("isLeader(), while a renewal is under way,", election::isLeader);

        assertThat(leads)
                .as("isLeader() with most of the lease left, while a renewal is under way")
                .isTrue();
    }

    /** Look at the point from which the lease is counted: before the request is sent, not when its answer arrives. */
    @Rule("LE-2")
    void le2_falseOnceLeaseLessMarginHaveRunOutSinceTheRequestWasSent() {
        Duration delay = timing().attempt().dividedBy(2);
        link(a).delayReplies(delay);
        Election election = lead(a);
        Duration sentBefore = time().now().minus(delay);
        link(a).cut();

        // Read before the answer: an answer that is late because this machine is slow does no harm.
        Duration asked = time().now();
        Duration lastTrue = Duration.ZERO;
        while (atOnce("isLeader()", election::isLeader)) {
            lastTrue = asked.minus(sentBefore);
            assertThat(lastTrue)
                    .as("time since the last answered request was sent, when isLeader() was still true")
                    .isLessThan(trust());
            time().pass(trust().dividedBy(100));
            asked = time().now();
        }

        if (time().exact()) {
            assertThat(lastTrue)
                    .as("time since the last answered request was sent, when isLeader() was true for the last time")
                    .isGreaterThan(trust().multipliedBy(9).dividedBy(10));
        }
    }

    /** Look for leadership that is kept in a flag, which a timer has to take down. */
    @Rule("LE-3a")
    void le3a_theFirstLookAfterAStandstillIsFalse() {
        requires(Capability.TIME_CONTROL);
        PausableClock clock = new PausableClock(time().clock());
        Candidate paused = candidate("p", clock);
        Election election = lead(paused);

        clock.pause();
        time().pass(timing().lease().plus(time().ticks(1)));
        boolean leads = election.isLeader();
        Optional<Term> term = election.term();
        clock.resume();

        assertThat(leads).as("first isLeader() after a standstill").isFalse();
        assertThat(term).as("term() after a standstill").isEmpty();
    }

    /** Look for a second opinion by the wall clock: the monotonic one may stand still while the host is suspended. */
    @Rule("LE-3b")
    void le3b_theFirstLookAfterASuspendIsFalse() {
        requires(Capability.TIME_CONTROL);
        Election election = lead(a);

        time().suspend(timing().lease().plus(time().ticks(1)));

        assertThat(election.isLeader()).as("first isLeader() after a suspend").isFalse();
        assertThat(election.term()).as("term() after a suspend").isEmpty();
    }

    /** Look at what follows a step of the wall clock: one lost term, and then leadership again. */
    @Rule("LE-3b")
    void le3b_aStepOfTheWallClockCostsOneTerm() {
        requires(Capability.TIME_CONTROL);
        lead(a);

        time().jumpWall(trust().plus(time().ticks(1)));
        time().pass(timing().lease().multipliedBy(3));

        assertThat(a.elected()).as("terms after one step of the wall clock").isEqualTo(2);
        assertThat(a.leads()).as("leads again").isTrue();
    }

    /** Look at the path of an exception out of a callback: no call may be left out, and none repeated. */
    @Rule("LE-4")
    void le4_theCallsAlternateEvenIfBothThrow() {
        a.onElected = scope -> {
            throw new IllegalStateException("cannot start");
        };
        a.onDemoted = (term, reason) -> {
            throw new IllegalStateException("cannot stop");
        };

        Election election = a.elector.join(spec(), a);
        time().until("onElected is called", poll(), () -> a.elected() > 0);
        time().pass(time().ticks(4));
        within(poll(), "close()", election::close);

        assertThat(log.size() % 3).as("unfinished calls in %s", log).isZero();
        for (int i = 0; i < log.size(); i += 3) {
            assertThat(log.subList(i, i + 3))
                    .as("onElected and onDemoted in turn, from call %s of %s on", i, log)
                    .containsExactly("a elected", "a demoted", "a stopped");
        }
    }

    /** Look at the threads of callbacks: one that does not return may delay nothing but its own election's calls. */
    @Rule("LE-4")
    void le4_aCallbackThatDoesNotReturnStopsNeitherRenewalsNorOtherElections() {
        Hold start = hold();
        a.onElected = scope -> start.awaitUninterruptibly();
        a.elector.join(spec(), a);
        time().until("onElected is called", poll(), start::isEntered);
        b.elector.join(spec(), b);
        Callbacks other = new Callbacks("other", log, time());

        Election second =
                a.elector.join(ElectionSpec.builder("other").timing(timing()).build(), other);
        untilLeads(other, "does not wait for the callbacks of 'cron'", poll());
        within(poll(), "close() of another election", second::close);
        time().pass(timing().lease().plus(timing().renew()));

        assertThat(other.stopped())
                .as("ends of another election told while onElected of 'cron' runs")
                .isEqualTo(1);
        assertThat(log)
                .as("calls while onElected of 'cron' runs for longer than the lease, which must be renewed")
                .doesNotContain("b elected", "a demoted");
        start.open();
    }

    /** Look at what waits for {@code onDemoted}: the next acquisition must. */
    @Rule("LE-4")
    void le4_theNextTermBeginsAfterOnDemotedHasReturned() {
        TckBackend backend = backend();
        Hold stop = hold();
        a.onDemoted = (term, reason) -> stop.awaitUninterruptibly();
        lead(a);

        backend.delete(KEY);
        time().until("the loss is told", timing().lease().multipliedBy(2), stop::isEntered);
        time().pass(renewal().multipliedBy(2));
        assertThat(log).as("calls while onDemoted runs").containsExactly("a elected", "a demoted");
        stop.open();
        time().until("the next term begins", timing().lease().plus(poll()), () -> a.elected() == 2);

        assertThat(log).containsExactly("a elected", "a demoted", "a stopped", "a elected");
    }

    /** Look at what a loss does to a start that is still under way: its token first, its thread 200 ms later. */
    @Rule("LE-4")
    void le4_aLossDuringOnElectedCancelsAndInterrupts() {
        TckBackend backend = backend();
        Hold never = hold();
        CompletableFuture<Duration> cancelled = new CompletableFuture<>();
        CompletableFuture<Duration> interrupted = new CompletableFuture<>();
        a.onElected = scope -> {
            var unused = scope.cancellation().onCancel(() -> cancelled.complete(time().now()));
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.complete(time().now());
                throw e;
            }
        };
        a.elector.join(spec(), a);
        time().until("onElected is called", poll(), never::isEntered);

        backend.takeOver(KEY, timing().lease());
        time().until(
                        "the token of a start is cancelled on a loss",
                        timing().lease().multipliedBy(2),
                        cancelled::isDone);
        time().until(
                        "the thread of a start is interrupted 200 ms after its token was cancelled",
                        time().ticks(1),
                        interrupted::isDone);
        time().until("onDemoted follows", time().ticks(1), () -> a.stopped() == 1);

        assertThat(log).startsWith("a elected", "a demoted", "a stopped");
        if (time().exact()) {
            assertThat(interrupted.join().minus(cancelled.join()))
                    .as("from the cancellation to the interrupt")
                    .isBetween(Duration.ofMillis(200), Duration.ofMillis(250));
        }
    }

    /** Look at the order of a graceful end: stop the work, renewing, and release only then. */
    @Rule("LE-5")
    void le5_theLeaseIsRenewedWhileTheWorkStopsAndReleasedAfterwards() {
        Hold stop = hold();
        a.onDemoted = (term, reason) -> stop.awaitUninterruptibly();
        Election first = lead(
                a, spec(timing()).stopTimeout(timing().lease().multipliedBy(2)).build());
        b.elector.join(spec(), b);

        CompletableFuture<Void> closed = inBackground(first::close);
        time().until("onDemoted is called on close()", time().ticks(1), stop::isEntered);
        time().pass(timing().lease().plus(timing().renew()));
        assertThat(log)
                .as("calls while the work of a stops for longer than the lease: b was elected beside it")
                .doesNotContain("b elected");
        stop.open();
        untilLeads(b, "is next after the work of a has stopped", poll());

        time().until("close() returns", poll(), closed::isDone);
        assertThat(log).containsExactly("a elected", "a demoted", "a stopped", "b elected");
    }

    /** Look at what happens when stopTimeout is over and the work is not: renewals end, the key is left alone. */
    @Rule("LE-5")
    void le5_workThatOutlastsItsStopKeepsTheKeyUntilItExpires() {
        Hold stop = hold();
        a.onDemoted = (term, reason) -> stop.awaitUninterruptibly();
        Election first = lead(a);
        b.elector.join(spec(), b);

        Duration closing = time().now();
        CompletableFuture<Void> closed = inBackground(first::close);
        Duration stopTimeout = first.spec().stopTimeout();
        time().until(
                        "close() returns after stopTimeout although the work goes on",
                        stopTimeout.plus(timing().attempt().multipliedBy(2)),
                        closed::isDone);
        untilLeads(
                b,
                "is next when the lease of a, no longer renewed, has run out",
                timing().lease().plus(poll()));

        assertThat(b.electedAt.get(0).minus(closing))
                .as("from close() of a, whose work did not stop, to the term of b: the key must be left to expire")
                .isGreaterThan(
                        stopTimeout.plus(timing().lease()).minus(renewal().multipliedBy(2)));
        stop.open();
    }

    /** Look at where the token comes from: the backend gives it, with every new term, whoever leads. */
    @Rule("LE-6a")
    void le6a_tokensRiseFromTermToTerm() {
        List<Long> tokens = new CopyOnWriteArrayList<>();
        a.onElected = scope -> tokens.add(scope.term().fencingToken());
        b.onElected = a.onElected;
        Election first = lead(a);
        Election second = b.elector.join(spec(), b);

        for (int terms = 2; terms <= 4; terms++) {
            int expected = terms;
            Election leading = a.leads() ? first : second;
            stepDown(leading, time().ticks(3));
            time().until(
                            "term " + expected + " begins after a step-down",
                            poll().multipliedBy(2),
                            () -> tokens.size() >= expected);
        }

        assertThat(tokens).as("tokens of the terms, in order").isSorted().doesNotHaveDuplicates();
    }

    /** Look at what the token is made of: a counter in the backend alone begins anew when its data are lost. */
    @Rule("LE-6b")
    void le6b_tokensRiseOverALossOfData() {
        TckBackend backend = backend();
        Election election = lead(a);
        for (int terms = 2; terms <= 3; terms++) {
            int expected = terms;
            stepDown(election, Duration.ZERO);
            time().until("term " + expected + " begins", poll(), () -> a.elected() >= expected);
        }

        backend.loseData();
        time().until(
                        "a is elected again after the backend has lost its data",
                        timing().lease().multipliedBy(2),
                        () -> a.elected() == 4);

        assertThat(a.terms.get(3).fencingToken())
                .as("token after the loss of data")
                .isGreaterThan(a.terms.get(2).fencingToken());
    }

    /** Look at what is sent after an answer was lost: the same attempt again, recognised as one's own. */
    @Rule("LE-7")
    void le7_anAcquisitionWhoseAnswerWasLostSucceedsWhenRepeated() {
        link(a).loseReplies();
        a.elector.join(spec(patient()).build(), a);
        time().pass(timing().attempt().multipliedBy(2));

        link(a).heal();

        untilLeads(a, "holds the lease already: only the answer was lost", timing().lease());
    }

    /** Look at how terms are told apart in the backend: each needs an id of its own. */
    @Rule("LE-7")
    void le7_aDelayedCommandOfAnEarlierTermChangesNothing() {
        TckBackend.Link link = link(a);
        Election election = lead(a);
        Duration delay = timing().attempt().multipliedBy(3);

        link.delayCalls(delay);
        stepDown(election, Duration.ZERO);
        time().until("the work stops on stepDown()", time().ticks(1), () -> a.stopped() == 1);
        time().pass(timing().attempt().dividedBy(2));
        link.heal();
        time().until(
                        "the next term begins, at the latest when the lease has run out",
                        timing().lease().plus(poll()),
                        () -> a.elected() == 2);
        time().pass(delay.plus(renewal()));

        assertThat(a.reasons)
                .as("ends of terms: a release of the first term that was late must not end the second")
                .containsExactly(DemotionReason.STEPPED_DOWN);
    }

    /** Look at what a failed renewal does: nothing, as long as the lease is trusted. */
    @Rule("LE-8")
    void le8_failedRenewalsAreNoLossBeforeTheDeadline() {
        TckBackend backend = backend();
        lead(a, spec(patient()).build());

        backend.down();
        time().pass(renewal().multipliedBy(2));
        backend.up();
        time().pass(renewal());

        assertThat(a.reasons)
                .as("ends of terms while the backend was down for a small part of the lease")
                .isEmpty();
    }

    /** Look at who tells the listener when no answer comes at all: a timer, not the end of the call. */
    @Rule("LE-8")
    void le8_renewalsThatGetNoAnswerEndTheTermAtTheDeadline() {
        TckBackend.Link link = link(a);
        lead(a);

        link.cut();
        time().until(
                        "the term ends lease - margin after the last renewal, although its call hangs",
                        trust().plus(Duration.ofMillis(10)),
                        () -> a.demoted() > 0);

        assertThat(a.reasons).containsExactly(DemotionReason.LEASE_EXPIRED);
    }

    /** Look at the answer "another id holds the key" to a renewal. */
    @Rule("LE-8")
    void le8_aStrangerAtTheKeyEndsTheTerm() {
        TckBackend backend = backend();
        lead(a);

        backend.takeOver(KEY, timing().lease());
        time().until("the term ends with the next renewal", renewal(), () -> a.demoted() > 0);

        assertThat(a.reasons).startsWith(DemotionReason.TAKEN_OVER);
    }

    /** Look at the answer "there is no key" to a renewal: it is a loss, and never a reason to set the key. */
    @Rule("LE-8")
    void le8_aMissingKeyEndsTheTermAndIsNotSetAgain() {
        TckBackend backend = backend();
        Hold stop = hold();
        a.onDemoted = (term, reason) -> stop.awaitUninterruptibly();
        lead(a);

        backend.delete(KEY);
        time().until("the term ends with the next renewal, as its key is gone", renewal(), () -> a.demoted() > 0);
        b.elector.join(spec(), b);
        time().until(
                        "the key is free for a new term while the work of the lost one stops",
                        poll(),
                        () -> b.elected() + a.elected() > 1);

        assertThat(a.reasons).startsWith(DemotionReason.KEY_LOST);
        stop.open();
    }

    /** Look at what a candidate believes that was cut off: the store may have lost a lease that its leader still trusts. */
    @Rule("LE-8")
    void le8_aCandidateThatWasCutOffTrustsNoFreeLeaseForOneLease() {
        TckBackend backend = backend();
        lead(a);
        b.elector.join(spec(), b);
        // So that b sees the lease with a.
        time().pass(poll());

        Duration cut = time().now();
        link(a).cut();
        link(b).cut();
        time().pass(poll().plus(timing().attempt()));
        backend.loseData();
        link(b).heal();
        untilLeads(
                b,
                "may trust the free lease at last",
                timing().lease().multipliedBy(2).plus(poll()));

        assertThat(b.electedAt.get(0).minus(cut))
                .as("from the cut of a candidate that saw the lease with another to its own term")
                .isGreaterThanOrEqualTo(timing().lease());
    }

    /** Look at the subscription of candidates: with a poll as long as this lease only a notification is in time. */
    @Rule("LE-9")
    void le9_aReleaseElectsTheNextCandidateByNotification() {
        ElectionSpec spec = spec(patient()).build();
        Election first = lead(a, spec);
        b.elector.join(spec, b);
        time().pass(timing().attempt());

        within(poll(), "close()", first::close);

        untilLeads(b, "hears of the release", timing().attempt());
    }

    /** Look at the poll behind the notifications: they are hints, and may be lost. */
    @Rule("LE-9")
    void le9_aLostNotificationCostsNoMoreThanThePoll() {
        TckBackend.Link link = link(b);
        Election first = lead(a);
        b.elector.join(spec(), b);
        time().pass(poll());

        link.loseNotifications();
        within(poll(), "close()", first::close);

        untilLeads(b, "polls, as the notification was lost", poll());
    }

    /** Look at when a candidate asks again: when the remaining time of the lease is over, not on its own rhythm. */
    @Rule("LE-10")
    void le10_afterACrashACandidateIsElectedWhenTheLeaseExpires() {
        TckBackend.Link link = link(a);
        LeaseTiming timing = timing();
        // So that a poll is no help.
        ElectionSpec spec = spec(new LeaseTiming(
                        timing.lease(),
                        timing.margin(),
                        timing.renew(),
                        timing.jitter(),
                        timing.attempt(),
                        timing.pause(),
                        patient().pollMax(),
                        timing.forcedStop()))
                .build();
        lead(a, spec);
        link.cut();
        time().pass(timing.attempt());
        b.elector.join(spec, b);

        untilLeads(b, "knows when the lease of a ends", timing.lease());
    }

    /** Look at what happens to a term whose start failed: it must not be kept by a node that does no work. */
    @Rule("LE-11")
    void le11_afterAFailedStartAnotherCandidateIsElected() {
        a.onElected = scope -> {
            throw new IllegalStateException("cannot start");
        };
        ElectionSpec holdingBack = spec(timing())
                .backOff(poll().multipliedBy(3), poll().multipliedBy(3))
                .build();
        a.elector.join(holdingBack, a);
        time().until("a is elected", poll(), () -> a.elected() > 0);
        b.elector.join(spec(), b);

        untilLeads(b, "is next after a could not start its work", poll());

        assertThat(a.reasons).as("why the term of a ended").startsWith(DemotionReason.START_FAILED);
        assertThat(log)
                .as("calls after a failed start")
                .startsWith("a elected", "a demoted", "a stopped")
                .contains("b elected");
    }

    /** Look at the time between two starts that fail: it doubles, up to the longest. */
    @Rule("LE-11")
    void le11_theHoldBackDoublesUpToTheLongest() {
        a.onElected = scope -> {
            throw new IllegalStateException("cannot start");
        };
        Duration first = time().ticks(2);
        a.elector.join(spec(timing()).backOff(first, first.multipliedBy(4)).build(), a);

        time().until("five starts are tried", first.multipliedBy(20).plus(poll()), () -> a.elected() >= 5);

        for (int i = 0; i < 4; i++) {
            Duration holdBack = first.multipliedBy(Math.min(4, 1 << i));
            Duration waited = a.electedAt.get(i + 1).minus(a.electedAt.get(i));
            // Jitter is the implementation's choice, within reason.
            assertThat(waited)
                    .as("hold-back after failed start %s, to be %s with jitter", i + 1, holdBack)
                    .isGreaterThan(holdBack.multipliedBy(3).dividedBy(4));
            if (time().exact()) {
                assertThat(waited)
                        .as("hold-back after failed start %s, to be %s with jitter", i + 1, holdBack)
                        .isLessThan(holdBack.multipliedBy(3).dividedBy(2));
            }
        }
    }

    /** Look at how long a process that stepped down stays away. */
    @Rule("LE-12")
    void le12_stepDownHandsOverAndStaysOutOfTheRace() {
        Election first = lead(a);
        Election second = b.elector.join(spec(), b);
        Duration coolDown = time().ticks(20);

        Duration asked = time().now();
        stepDown(first, coolDown);
        untilLeads(b, "is next after a stepped down", poll());
        assertThat(log)
                .as("calls around a step-down")
                .containsExactly("a elected", "a demoted", "a stopped", "b elected");
        assertThat(a.reasons).containsExactly(DemotionReason.STEPPED_DOWN);
        within(poll(), "close()", second::close);
        time().until("a competes again after its cool-down", coolDown.plus(poll()), () -> a.elected() == 2);

        assertThat(a.electedAt.get(1).minus(asked))
                .as("from stepDown(%s) to the next term of a", coolDown)
                .isGreaterThanOrEqualTo(coolDown);
    }

    /** Look for a wait in {@code stepDown} and {@code close} that the calling callback itself would have to end. */
    @Rule("LE-12")
    void le12_neitherStepDownNorCloseWaitsForTheCallbackItIsCalledFrom() {
        Hold joined = hold();
        List<Election> election = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> steppedDown = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        a.onElected = scope -> {
            joined.await();
            var unused = election.get(0).stepDown(Duration.ZERO);
            steppedDown.complete(null);
        };
        a.onDemoted = (term, reason) -> {
            election.get(0).close();
            closed.complete(null);
        };
        election.add(
                a.elector.join(spec(timing()).stopTimeout(Duration.ofMinutes(1)).build(), a));
        time().until("onElected is called", poll(), joined::isEntered);

        joined.open();

        time().until("stepDown() returns inside onElected", Duration.ZERO, steppedDown::isDone);
        time().until("close() returns inside onDemoted", time().ticks(1), closed::isDone);
        time().until("the callbacks return", time().ticks(1), () -> a.stopped() == 1);
    }

    /** Look at what is read from the backend: who holds the lease, and the token of that very term. */
    @Rule("LE-13")
    void le13_tellsWhoLeadsAndWithWhichToken() {
        lead(a);
        Election second = b.elector.join(spec(), b);

        Optional<LeaderInfo> leader = whoLeads(second);

        assertThat(leader)
                .as("currentLeader()")
                .contains(new LeaderInfo("a", OptionalLong.of(a.terms.get(0).fencingToken())));
    }

    /** Look at the answer for a key that nobody holds. */
    @Rule("LE-13")
    void le13_isEmptyIfNobodyLeads() {
        Election election = lead(a);
        stepDown(election, timing().lease().multipliedBy(2));
        time().until("the work stops on stepDown()", time().ticks(1), () -> a.stopped() == 1);
        time().pass(timing().attempt());

        assertThat(whoLeads(election)).as("currentLeader() while nobody leads").isEmpty();
    }

    private Optional<LeaderInfo> whoLeads(Election election) {
        CompletableFuture<Optional<LeaderInfo>> answer = askWhoLeads(election);
        assertThat(answer).as("currentLeader() while the backend is well").isCompleted();
        return answer.join();
    }

    private CompletableFuture<Optional<LeaderInfo>> askWhoLeads(Election election) {
        CompletableFuture<Optional<LeaderInfo>> answer =
                atOnce("currentLeader()", () -> election.currentLeader().toCompletableFuture());
        time().until(
                        "currentLeader() is answered within one attempt",
                        timing().attempt().plus(Duration.ofMillis(10)),
                        answer::isDone);
        return answer;
    }

    /** Look at what "the backend did not answer" becomes: an exception in time, never an empty answer. */
    @Rule("LE-13")
    void le13_failsWithinOneAttemptIfTheBackendCannotBeAsked() {
        TckBackend backend = backend();
        Election election = lead(a);

        link(a).cut();
        Throwable whenCut = failure(askWhoLeads(election));
        link(a).heal();
        backend.down();
        Throwable whenDown = failure(askWhoLeads(election));

        assertThat(whenCut).as("currentLeader() while no answer comes").isInstanceOf(LeaderUnknownException.class);
        assertThat(whenDown).as("currentLeader() while the backend is down").isInstanceOf(LeaderUnknownException.class);
    }

    private static @Nullable Throwable failure(CompletableFuture<?> answer) {
        try {
            answer.join();
            return null;
        } catch (RuntimeException e) {
            return e.getCause();
        }
    }

    /** Look at a second close, and at two at the same time. */
    @Rule("LE-14")
    void le14_closeCanBeRepeatedFromAnyThread() {
        Election election = lead(a);

        List<CompletableFuture<Void>> closes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            closes.add(inBackground(election::close));
            closes.add(inBackground(a.elector::close));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(closes.toArray(CompletableFuture[]::new));
        time().until("all close() calls end", poll(), all::isDone);

        assertThat(all).as("six close() calls at the same time").isCompleted();
        assertThat(log).as("calls on close()").containsExactly("a elected", "a demoted", "a stopped");
    }

    /** Look at what close waits for: a backend that does not answer must not hold it. */
    @Rule("LE-14")
    void le14_closeEndsWhileTheBackendIsDown() {
        TckBackend backend = backend();
        Election election = lead(a);
        backend.down();

        within(poll(), "close(), while the backend is down,", election::close);
        within(poll(), "a second close()", election::close);

        assertThat(log).as("calls on close()").containsExactly("a elected", "a demoted", "a stopped");
    }

    /** Look at the checks of {@code join}, and at the name in their messages. */
    @Rule("LE-14")
    void le14_aNameThatIsOpenAndAnElectorThatIsClosedAreRefusedByName() {
        Election election = lead(a);
        Callbacks other = new Callbacks("other", log, time());
        assertThatIllegalStateException()
                .as("join of a name that is open")
                .isThrownBy(() -> a.elector.join(spec(), other))
                .withMessageContaining("cron");

        within(poll(), "close()", election::close);
        lead(a);
        within(poll(), "close() of the elector", a.elector::close);

        assertThatIllegalStateException()
                .as("join after close() of the elector")
                .isThrownBy(() -> a.elector.join(spec(), other))
                .withMessageContaining("cron");
    }

    /** This one is kept by kernel-api; if it fails, the suite and kernel-api are of different versions. */
    @Rule("LE-16")
    void le16_aContradictionInTheTimingShowsBothSides() {
        refused(timing(15, 16, 3, 1, 4), "margin must be less than lease PT15S, was PT16S");
        refused(timing(15, 5, 3, 2, 4), "attempt must be at most half of renew PT3S, was PT2S");
        refused(timing(15, 4, 3, 1, 4), "1 % of lease PT15S + PT0.1S + forcedStop PT4S = PT4.25S, was PT4S");
        refused(timing(15, 5, 8, 1, 4), "PT11.2S, must be at most lease - margin = PT15S - PT5S = PT10S");
    }

    private static Runnable timing(long lease, long margin, long renew, long attempt, long forcedStop) {
        return () -> {
            var unused = new LeaseTiming(
                    Duration.ofSeconds(lease),
                    Duration.ofSeconds(margin),
                    Duration.ofSeconds(renew),
                    0.1,
                    Duration.ofSeconds(attempt),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(forcedStop));
        };
    }

    private static void refused(Runnable timing, String message) {
        assertThatIllegalArgumentException().isThrownBy(timing::run).withMessageContaining(message);
    }

    /** Look for a timing that is repaired in silence: what was checked is what counts. */
    @Rule("LE-16")
    void le16_theElectionKeepsTheSpecThatWasChecked() {
        ElectionSpec spec = spec(patient()).build();

        Election election = a.elector.join(spec, a);

        assertThat(election.spec()).as("spec() of the election").isEqualTo(spec);
    }

    /** Look at where an error of the backend goes: to the listener once, into the status, into the count. */
    @Rule("LE-17")
    void le17_anErrorOfTheBackendIsToldOnceCountedAndShown() {
        TckBackend backend = backend();
        Election election = lead(a, spec(patient()).build());

        backend.down();
        time().until(
                        "an error of the backend is told as an event",
                        renewal().multipliedBy(2),
                        () -> !a.events.of(LeaderEvent.Trouble.class).isEmpty());
        time().pass(timing().attempt().plus(timing().pause()).multipliedBy(4));
        assertThat(trouble(election.status()))
                .as("trouble in the status while the backend is down: %s", election.status())
                .isPresent();
        backend.up();
        time().until(
                        "the end of the trouble is told as an event",
                        poll().multipliedBy(2),
                        () -> !a.events.of(LeaderEvent.Recovered.class).isEmpty());

        assertThat(trouble(election.status()))
                .as("trouble after the backend is up")
                .isEmpty();
        assertThat(a.events.of(LeaderEvent.Recovered.class))
                .singleElement()
                .satisfies(recovered -> assertThat(recovered.failures())
                        .as("failed calls counted")
                        .isGreaterThan(1));
        List<String> told = a.events.of(LeaderEvent.Trouble.class).stream()
                .map(trouble -> trouble.cause().toString())
                .toList();
        for (int i = 1; i < told.size(); i++) {
            assertThat(told.get(i))
                    .as("the same error was told twice in a row: %s", told)
                    .isNotEqualTo(told.get(i - 1));
        }
    }

    private static Optional<Throwable> trouble(LeadershipStatus status) {
        if (status instanceof LeadershipStatus.Leader leader) {
            return leader.trouble();
        }
        return status instanceof LeadershipStatus.Unknown unknown ? Optional.of(unknown.cause()) : Optional.empty();
    }

    /** Look at what elections share: calls in one batch, one connection, one loop. */
    @Rule("LE-20")
    void le20_aBrokenKeyEndsNoOtherTerm() {
        TckBackend backend = backend();
        lead(a);
        Callbacks broken = new Callbacks("broken", log, time());
        backend.corrupt(LeaseKey.election("broken"));

        a.elector.join(ElectionSpec.builder("broken").timing(timing()).build(), broken);
        time().pass(timing().lease().plus(renewal()));

        assertThat(log).as("calls beside an election with a broken key").containsExactly("a elected");
    }

    /** Look at what a listener that throws, and a join that is refused, take with them. */
    @Rule("LE-20")
    void le20_aBrokenListenerAndARefusedSpecEndNoOtherTerm() {
        lead(a);
        Callbacks broken = new Callbacks("broken", new CopyOnWriteArrayList<>(), time());
        broken.onElected = LeaderElectionRules::overflow;
        broken.onDemoted = (term, reason) -> {
            throw new AssertionError("broken");
        };

        a.elector.join(
                ElectionSpec.builder("broken")
                        .timing(timing())
                        .backOff(time().ticks(1), time().ticks(2))
                        .build(),
                broken);
        joinInVain(broken);
        time().pass(timing().lease().plus(renewal()));

        assertThat(broken.elected())
                .as("terms of the election with a broken listener")
                .isPositive();
        assertThat(log).as("calls beside an election with a broken listener").containsExactly("a elected");
    }

    /** LE-14 says what becomes of it. */
    private void joinInVain(Callbacks second) {
        try {
            a.elector.join(spec(), second);
        } catch (RuntimeException e) {
            // As expected: the name is open.
        }
    }

    private static void overflow(LeaderScope scope) {
        throw new StackOverflowError(scope.term().election());
    }
}
