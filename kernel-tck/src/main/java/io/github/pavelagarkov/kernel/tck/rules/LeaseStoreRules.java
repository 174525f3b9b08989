package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;

/**
 * LE, as far as a store of leases answers for it. Give the suite a store by {@code KernelFixture.leaseStore}.
 *
 * <p>A store that passes gives the whole engine a backend. The rules are those of leader election: what each of them asks of
 * the store alone is said at the tests.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class LeaseStoreRules extends ContractRules {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    /** No test sees the end of such a lease. */
    private static final Duration LONG = Duration.ofMinutes(5);
    /** Backends count in milliseconds, and some cut off what is below. */
    private static final Duration ROUNDING = Duration.ofMillis(5);
    /** Late enough for a lease to have run out by any rounding. */
    private static final Duration OVER = Duration.ofMillis(50);

    private TckNode nodeA;
    private TckNode nodeB;
    private LeaseStore a;
    private LeaseStore b;
    private Calls calls;

    /** For the test engine. */
    public LeaseStoreRules() {}

    @BeforeEach
    void openStores() {
        calls = new Calls(time());
        nodeA = node("a", new RecordedEvents());
        nodeB = node("b", new RecordedEvents());
        a = store(nodeA);
        b = store(nodeB);
    }

    private LeaseStore store(TckNode node) {
        return closing(required(fixture().leaseStore(node), "LeaseStore"));
    }

    private TckBackend backend() {
        requires(Capability.BACKEND_CONTROL);
        return required(fixture().backend(), "TckBackend");
    }

    private static LeaseRequest acquire(LeaseKey key, String leaseId, Duration ttl) {
        return new LeaseRequest(key, Mode.ACQUIRE, leaseId, "node-" + leaseId, ttl);
    }

    private static LeaseRequest acquire(String leaseId) {
        return acquire(KEY, leaseId, LONG);
    }

    private static LeaseRequest renew(String leaseId) {
        return new LeaseRequest(KEY, Mode.RENEW, leaseId, "node-" + leaseId, LONG);
    }

    private List<LeaseReply> ask(LeaseStore store, List<LeaseRequest> batch) {
        List<LeaseReply> replies =
                calls.answer("acquireOrRenew of " + batch.size() + " leases", () -> store.acquireOrRenew(batch));
        assertThat(replies).as("replies to %s requests", batch.size()).hasSameSizeAs(batch);
        return replies;
    }

    private LeaseReply ask(LeaseStore store, LeaseRequest request) {
        return ask(store, List.of(request)).get(0);
    }

    /** {@return the token of a request that must be granted} */
    private long token(LeaseStore store, LeaseRequest request) {
        return token(request, ask(store, request));
    }

    private static long token(LeaseRequest request, LeaseReply reply) {
        assertThat(reply)
                .as("%s of a lease that is free or its own, by '%s'", request.mode(), request.leaseId())
                .isInstanceOf(LeaseReply.Held.class);
        return ((LeaseReply.Held) reply).fencingToken();
    }

    private boolean release(LeaseStore store, String leaseId) {
        return calls.answer("release", () -> store.release(KEY, leaseId));
    }

    private Optional<LeaderInfo> holder(LeaseStore store) {
        return calls.answer("holder", () -> store.holder(KEY));
    }

    private boolean isHeld(LeaseStore store, LeaseRequest request) {
        return ask(store, request) instanceof LeaseReply.Held;
    }

    /** Asks until there is an answer: after a fault a client may need a while to connect again. */
    private void untilHeld(String what, LeaseStore store, LeaseRequest request) {
        time().until(what, Duration.ofSeconds(30), () -> {
            CompletableFuture<List<LeaseReply>> answer =
                    calls.ended("acquireOrRenew", () -> store.acquireOrRenew(List.of(request)));
            return !answer.isCompletedExceptionally() && answer.join().get(0) instanceof LeaseReply.Held;
        });
    }

    /**
     * The store's part of "at once": no method waits, whatever the network does. Look at calls that join a stage, borrow a
     * connection from an empty pool, or hold a lock during I/O: the engine calls from its timer, where a wait delays every
     * other election.
     */
    @Rule("LE-1")
    void le1_noCallWaitsForASilentBackend() {
        backend().link(nodeA).cut();

        returnsAtOnce("acquireOrRenew", () -> a.acquireOrRenew(List.of(acquire("one"))));
        returnsAtOnce("release", () -> a.release(KEY, "one"));
        returnsAtOnce("holder", () -> a.holder(KEY));
        returnsAtOnce("subscribe", () -> a.subscribe(new HeardReleases()));
        backend().link(nodeA).heal();
    }

    private void returnsAtOnce(String method, Callable<?> call) {
        CompletableFuture<?> returned = time().start(call);
        time().until(
                        "LeaseStore." + method + " returns without waiting for the backend",
                        Duration.ZERO,
                        returned::isDone);
    }

    /**
     * The store keeps a lease for its whole ttl, from the moment it handles the request, and no longer: a leader trusts the
     * first, its successor the second. Look at the unit of the expiry, at rounding, and at leases that nobody removes.
     */
    @Rule("LE-2")
    void le2_aLeaseIsKeptForItsWholeTimeAndNoLonger() {
        Duration ttl = time().ticks(5);
        Duration before = time().now();
        token(a, acquire(KEY, "one", ttl));
        Duration after = time().now();

        time().until(
                        "a lease of " + ttl + " that nobody renews is granted to the next one",
                        ttl.multipliedBy(3),
                        () -> isHeld(b, acquire("two")));

        assertThat(time().now().minus(before))
                .as("a lease of %s was granted to another after", ttl)
                .isGreaterThanOrEqualTo(ttl.minus(ROUNDING));
        if (time().exact()) {
            assertThat(time().now().minus(after))
                    .as("a lease of %s was granted to another after", ttl)
                    .isLessThan(ttl.plus(OVER));
        }
    }

    /** A renewal counts its ttl from now. Look at whether it moves the expiry, and for RENEW as well as for ACQUIRE. */
    @Rule("LE-2")
    void le2_aRenewalCountsFromNow() {
        Duration ttl = time().ticks(20);
        token(a, acquire(KEY, "one", ttl));
        token(a, renew("one"));

        time().pass(ttl.plus(OVER));

        assertThat(isHeld(b, acquire("two")))
                .as("a lease of %s that was renewed for %s was granted to another after %s", ttl, LONG, ttl.plus(OVER))
                .isFalse();
    }

    /**
     * Leases run out by one clock, the backend's. Look for the clock of the process in what is written to or compared with
     * the backend.
     */
    @Rule("LE-2")
    void le2_theClockOfTheAskingProcessDecidesNothing() {
        LeaseStore ahead =
                store(new TckNode("ahead", new AheadClock(time().clock()), time().threads(), new RecordedEvents()));
        token(a, acquire("one"));

        assertThat(isHeld(ahead, acquire("two")))
                .as("a process whose wall clock is an hour ahead was granted a lease that is held")
                .isFalse();
        assertThat(release(a, "one")).isTrue();
        token(ahead, acquire("two"));
        assertThat(isHeld(a, acquire("three")))
                .as("a lease of a process whose wall clock is an hour ahead was granted to another")
                .isFalse();
    }

    /** A wall clock that is wrong; the monotonic one is well. */
    private record AheadClock(KernelClock real) implements KernelClock {
        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public long wallMillis() {
            return real.wallMillis() + Duration.ofHours(1).toMillis();
        }

        @Override
        public void park(long untilNanos) throws InterruptedException {
            real.park(untilNanos);
        }

        @Override
        public void unpark(Thread thread) {
            real.unpark(thread);
        }
    }

    /**
     * A release frees the lease at once, and only with the id it is held with: the release of an earlier term may arrive late.
     * Look at a delete that does not compare, or compares a prefix or the identity.
     */
    @Rule("LE-5")
    void le5_onlyTheIdThatHoldsReleases() {
        token(a, acquire("one-1"));

        assertThat(release(b, "two"))
                .as("release with an id that holds nothing")
                .isFalse();
        assertThat(release(a, "one")).as("release with the beginning of the id").isFalse();
        assertThat(isHeld(b, acquire("two")))
                .as("a lease was granted after a foreign release")
                .isFalse();
        assertThat(release(a, "one-1")).as("release with the id that holds").isTrue();
        assertThat(release(a, "one-1")).as("release for the second time").isFalse();
        assertThat(isHeld(b, acquire("two")))
                .as("a lease that was released is granted")
                .isTrue();
        assertThat(release(a, "one-1")).as("release of an earlier term").isFalse();
        assertThat(isHeld(a, acquire("three")))
                .as("a lease was granted after the release of an earlier term")
                .isFalse();
    }

    /**
     * Every grant of a key draws a greater token than all before, whoever gets it and however the one before ended. Look at a
     * counter that is kept in the lease itself, or in a process.
     */
    @Rule("LE-6a")
    void le6a_tokensRiseFromGrantToGrant() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            LeaseStore store = i % 2 == 0 ? a : b;
            tokens.add(token(store, acquire("released-" + i)));
            assertThat(release(store, "released-" + i)).isTrue();
        }
        Duration ttl = time().ticks(1);
        for (int i = 0; i < 3; i++) {
            tokens.add(token(i % 2 == 0 ? a : b, acquire(KEY, "expired-" + i, ttl)));
            time().pass(ttl.plus(OVER));
        }

        assertThat(tokens.get(0)).as("first fencing token").isPositive();
        assertThat(tokens)
                .as("fencing tokens, grant by grant")
                .isSorted()
                .as("fencing tokens must rise strictly")
                .doesNotHaveDuplicates();
    }

    /** A lease has one token from its grant to its end. Look at renewals that draw another. */
    @Rule("LE-6a")
    void le6a_aRenewalKeepsTheToken() {
        long granted = token(a, acquire("one"));

        for (int i = 0; i < 3; i++) {
            time().pass(time().ticks(1));
            assertThat(token(a, renew("one"))).as("fencing token of a renewal").isEqualTo(granted);
        }
    }

    /**
     * Tokens rise although the backend has forgotten the last one. Look at where the first token of an empty backend comes
     * from: our stores take its clock in microseconds.
     */
    @Rule("LE-6b")
    void le6b_tokensRiseAfterTheDataAreLost() {
        TckBackend backend = backend();
        long before = token(a, acquire("one"));
        time().pass(time().ticks(1));

        backend.loseData();
        long afterLoss = token(b, acquire("two"));
        time().pass(time().ticks(1));
        backend.delete(KEY);
        long afterDelete = token(a, acquire("three"));

        assertThat(List.of(before, afterLoss, afterDelete))
                .as("fencing tokens before the loss of all data, after it, and after the loss of the key")
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /**
     * Asking again with the same id is a renewal and no second claim. Look at "set if absent" without a look at who holds it.
     */
    @Rule("LE-7")
    void le7_acquiringAgainWithTheSameIdIsARenewal() {
        long granted = token(a, acquire(KEY, "one", time().ticks(20)));

        LeaseReply again = ask(a, acquire("one"));

        assertThat(again).as("ACQUIRE by the id that holds the lease already").isEqualTo(new LeaseReply.Held(granted));
        time().pass(time().ticks(20).plus(OVER));
        assertThat(isHeld(b, acquire("two")))
                .as("a lease that its holder acquired again for %s was granted to another", LONG)
                .isFalse();
    }

    /** The first answer is lost, the lease is not. Look at what an ACQUIRE says that finds its own id. */
    @Rule("LE-7")
    void le7_aLostAnswerCostsNothing() {
        TckBackend.Link link = backend().link(nodeA);
        // What a client prepares with its first call, a script or a statement, may need an answer.
        token(a, acquire("prepares"));
        assertThat(release(a, "prepares")).isTrue();
        link.loseReplies();
        var unused = time().start(() -> a.acquireOrRenew(List.of(acquire("one"))));
        time().until(
                        "the request whose answer is lost takes effect",
                        Duration.ofSeconds(10),
                        () -> holder(b).isPresent());
        Optional<LeaderInfo> holder = holder(b);

        link.heal();
        untilHeld("ACQUIRE is granted to the id that holds the lease since its answer was lost", a, acquire("one"));

        assertThat(holder(b)).as("holder after the repetition").isEqualTo(holder);
    }

    /**
     * What an earlier term sent and the network kept cannot touch the term after it. Look at a comparison by identity where
     * the lease id is meant: one process has many terms.
     */
    @Rule("LE-7")
    void le7_aLateCommandOfAnEarlierTermChangesNothing() {
        LeaseRequest early = new LeaseRequest(KEY, Mode.ACQUIRE, "one", "same", LONG);
        token(a, early);
        assertThat(release(a, "one")).isTrue();
        token(a, new LeaseRequest(KEY, Mode.ACQUIRE, "two", "same", LONG));

        LeaseReply late = ask(a, early);

        assertThat(late).as("ACQUIRE of an earlier term of the same process").isInstanceOf(LeaseReply.Taken.class);
        assertThat(isHeld(a, renew("two"))).as("the later term holds the lease").isTrue();
    }

    /** Look at a RENEW that writes the lease and does not only prolong it: "loss is not repaired behind another's back". */
    @Rule("LE-8")
    void le8_aRenewalNeverTakesAFreeLease() {
        assertThat(ask(a, renew("one"))).as("RENEW of a lease nobody ever held").isEqualTo(new LeaseReply.Free());
        Duration ttl = time().ticks(1);
        token(a, acquire(KEY, "one", ttl));
        time().pass(ttl.plus(OVER));

        assertThat(ask(a, renew("one"))).as("RENEW of a lease that has run out").isEqualTo(new LeaseReply.Free());

        assertThat(holder(b)).as("holder after a RENEW of a free lease").isEmpty();
    }

    /**
     * The store tells a lease that another holds from one that nobody holds: the first ends a term as TAKEN_OVER, the second as
     * KEY_LOST. Look at what RENEW compares, and what it answers if there is no key.
     */
    @Rule("LE-8")
    void le8_takenAndLostAreToldApart() {
        TckBackend backend = backend();
        token(a, acquire("one"));
        assertThat(ask(b, renew("two")))
                .as("RENEW of a lease that another holds")
                .isInstanceOf(LeaseReply.Taken.class);

        backend.takeOver(KEY, LONG);
        assertThat(ask(a, renew("one")))
                .as("RENEW of a lease that was given to a stranger")
                .isInstanceOf(LeaseReply.Taken.class);
        backend.delete(KEY);
        assertThat(ask(a, renew("one")))
                .as("RENEW of a lease whose key was removed")
                .isEqualTo(new LeaseReply.Free());
    }

    /** Look at whether a release publishes, and whether {@code capabilities()} says so. */
    @Rule("LE-9")
    void le9_aReleaseIsToldToTheSubscribersOfAllNodes() {
        assertThat(a.capabilities()).as("LeaseStore.capabilities()").contains(LeaseStore.Capability.NOTIFY);
        HeardReleases here = new HeardReleases();
        HeardReleases there = new HeardReleases();
        closing(a.subscribe(here));
        closing(b.subscribe(there));

        acquireAndReleaseUntilHeard(here);
        acquireAndReleaseUntilHeard(there);

        assertThat(there.released()).as("releases told").containsOnly(KEY);
    }

    /** A subscription may take a while on a real backend, and one release that is not heard is no fault. */
    private void acquireAndReleaseUntilHeard(HeardReleases heard) {
        time().until("a subscriber is told of the release of " + KEY, time().ticks(10), () -> {
            token(a, acquire("one"));
            release(a, "one");
            time().pass(Duration.ofMillis(20));
            return !heard.released().isEmpty();
        });
    }

    /** Look at the registration that {@code subscribe} returns: it ends one subscription and not all of a store. */
    @Rule("LE-9")
    void le9_aSubscriptionThatWasTakenBackHearsNothing() {
        HeardReleases gone = new HeardReleases();
        HeardReleases stays = new HeardReleases();
        Registration subscription = b.subscribe(gone);
        closing(b.subscribe(stays));

        assertThat(subscription.remove()).as("remove() for the first time").isTrue();
        assertThat(subscription.remove()).as("remove() for the second time").isFalse();

        acquireAndReleaseUntilHeard(stays);
        assertThat(gone.released()).as("releases told after remove()").isEmpty();
    }

    /**
     * A release that is lost with the connection is told as a gap, so that candidates look for themselves. Look at what happens
     * after a reconnect.
     */
    @Rule("LE-9")
    void le9_whatIsLostWithTheConnectionIsToldAsAGap() {
        TckBackend.Link link = backend().link(nodeB);
        HeardReleases heard = new HeardReleases();
        closing(b.subscribe(heard));
        acquireAndReleaseUntilHeard(heard);
        int gaps = heard.gaps();
        int told = heard.released().size();

        link.cut();
        token(a, acquire("lost"));
        assertThat(release(a, "lost")).isTrue();
        time().pass(time().ticks(1));
        link.heal();

        time().until(
                        "a subscriber that was cut off is told of a gap, or of the release it missed",
                        Duration.ofSeconds(30),
                        () -> heard.gaps() > gaps || heard.released().size() > told);
    }

    /**
     * A candidate waits as long as the store says. Look at whether the reply to a lease that another holds carries the time it
     * still has, and in which unit.
     */
    @Rule("LE-10")
    void le10_aTakenLeaseTellsHowLongItRuns() {
        Duration ttl = time().ticks(20);
        token(a, acquire(KEY, "one", ttl));

        LeaseReply reply = ask(b, acquire("two"));

        assertThat(reply).as("ACQUIRE of a lease that another holds").isInstanceOf(LeaseReply.Taken.class);
        Optional<Duration> remaining = ((LeaseReply.Taken) reply).remaining();
        assertThat(remaining)
                .as("how long a lease of %s still runs", ttl)
                .hasValueSatisfying(left -> assertThat(left).isPositive().isLessThanOrEqualTo(ttl));
        time().pass(remaining.orElseThrow().plus(OVER));
        assertThat(isHeld(b, acquire("two")))
                .as("a lease is free when the time that its reply told is over")
                .isTrue();
    }

    /** Look at whether identity and token are those of the grant, and that a lease that ended has no holder. */
    @Rule("LE-13")
    void le13_theHolderIsToldWithIdentityAndToken() {
        assertThat(holder(a)).as("holder of a lease nobody ever held").isEmpty();

        long token = token(a, acquire("one"));
        LeaderInfo expected = new LeaderInfo("node-one", OptionalLong.of(token));
        assertThat(holder(a)).as("holder, asked where it was granted").contains(expected);
        assertThat(holder(b)).as("holder, asked by another node").contains(expected);

        assertThat(release(a, "one")).isTrue();
        assertThat(holder(b)).as("holder of a lease that was released").isEmpty();
        Duration ttl = time().ticks(1);
        token(a, acquire(KEY, "two", ttl));
        time().pass(ttl.plus(OVER));
        assertThat(holder(b)).as("holder of a lease that has run out").isEmpty();
    }

    /** "Nobody" is an answer, "no idea" is a failed stage. Look at errors that become an empty Optional. */
    @Rule("LE-13")
    void le13_whatCannotBeAskedIsNotNobody() {
        TckBackend backend = backend();
        backend.down();

        CompletableFuture<Optional<LeaderInfo>> answer =
                calls.ended("holder of a backend that is down", () -> a.holder(KEY));

        assertThat(answer)
                .as("holder of a backend that is down must fail, was %s", answer)
                .isCompletedExceptionally();
        backend.up();
    }

    /** Look at resources that are freed twice, and at leases that are released by the way: a lease ends with its time. */
    @Rule("LE-14")
    void le14_closingTwiceIsWellAndReleasesNothing() {
        token(a, acquire("one"));

        closeTwice(a);

        assertThat(isHeld(b, acquire("two")))
                .as("the close of a store has released a lease")
                .isFalse();
    }

    /** Look at a close that says goodbye to the backend and waits for an answer. */
    @Rule("LE-14")
    void le14_aStoreIsClosedAlthoughItsBackendIsDown() {
        TckBackend backend = backend();
        token(a, acquire("one"));
        backend.down();

        closeTwice(a);

        backend.up();
    }

    private void closeTwice(LeaseStore store) {
        for (String which : List.of("first", "second")) {
            calls.result(which + " close() of a store", () -> {
                store.close();
                return true;
            });
        }
    }

    /**
     * A backend that cannot be asked fails the stage, with a cause a person understands: it grants nothing and denies nothing.
     * Look at errors that become Taken or Free, at a client without a timeout of its own, and at the reconnect.
     */
    @Rule("LE-17")
    void le17_aBackendThatIsDownFailsTheCallAndIsFoundAgain() {
        TckBackend backend = backend();
        token(a, acquire("one"));
        backend.down();

        CompletableFuture<List<LeaseReply>> answer =
                calls.ended("RENEW at a backend that is down", () -> a.acquireOrRenew(List.of(renew("one"))));
        CompletableFuture<Boolean> released =
                calls.ended("release at a backend that is down", () -> a.release(KEY, "another"));

        assertThat(answer)
                .as("RENEW at a backend that is down must fail, was %s", answer)
                .isCompletedExceptionally();
        assertThat(answer.handle((value, error) -> error).join())
                .rootCause()
                .satisfies(cause ->
                        assertThat(cause.getMessage()).as("why it failed").isNotBlank());
        assertThat(released)
                .as("release at a backend that is down must fail, was %s", released)
                .isCompletedExceptionally();
        backend.up();
        untilHeld("a backend that is up again is found again", a, renew("one"));
    }

    /**
     * One key under which something else lies, or which may not be read, fails its own request. Look at one script, statement
     * or transaction for the whole batch, and at how its error is shared out.
     */
    @Rule("LE-20")
    void le20_aBrokenKeyFailsAlone() {
        LeaseKey broken = LeaseKey.election("broken");
        backend().corrupt(broken);

        List<LeaseReply> replies = ask(
                a,
                List.of(
                        acquire(LeaseKey.election("before"), "one", LONG),
                        acquire(broken, "two", LONG),
                        acquire(LeaseKey.election("after"), "three", LONG)));

        assertThat(replies.get(1)).as("reply to the broken key").isInstanceOf(LeaseReply.Failed.class);
        assertThat(((LeaseReply.Failed) replies.get(1)).cause().getMessage())
                .as("cause of a broken key")
                .isNotBlank();
        assertThat(List.of(replies.get(0), replies.get(2)))
                .as("replies to the keys beside the broken one")
                .hasOnlyElementsOfType(LeaseReply.Held.class);
    }

    /**
     * Each of 128 requests gets its own answer, in its place, and a lock is not the election of that name. Look at the order in
     * which a backend returns rows, at keys built of the name alone, and at a limit of the batch.
     */
    @Rule("LE-20")
    void le20_aFullBatchIsAnsweredInItsOrder() {
        List<LeaseRequest> theirs = new ArrayList<>();
        List<LeaseRequest> batch = new ArrayList<>();
        List<Class<?>> expected = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            // Descending, or a backend that sorts by name would answer in this order by chance.
            String name = "n" + (500 - i / 2);
            LeaseKey key = i % 2 == 0 ? LeaseKey.election(name) : LeaseKey.lock(name);
            boolean taken = i % 5 == 1 || i % 5 == 2;
            if (taken) {
                theirs.add(acquire(key, "theirs-" + i, LONG));
            }
            batch.add(acquire(key, "mine-" + i, LONG));
            expected.add(taken ? LeaseReply.Taken.class : LeaseReply.Held.class);
        }
        ask(b, theirs);

        List<LeaseReply> replies = ask(a, batch);

        assertThat(replies)
                .extracting(Object::getClass)
                .as("kinds of the replies to a batch of 128, in the order of the requests")
                .isEqualTo(expected);
    }
}
