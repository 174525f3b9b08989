package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;

/** DL: locks that exclude across processes. Give the suite yours by {@code KernelFixture.lock}. */
@SuppressWarnings("NullAway.Init") // set before each test
public class DistributedLockRules extends ContractRules {
    private static final String NAME = "orders";
    /** No test sees the end of such a lock. */
    private static final Duration LONG = Duration.ofMinutes(5);
    /** Late enough for a lock to have run out by any rounding. */
    private static final Duration OVER = Duration.ofMillis(50);

    private static final int THREADS = 8;
    private static final int ADDITIONS = 1_000;
    /** After so many additions a thread lets time pass. */
    private static final int BREATH = 50;

    private TckNode nodeA;
    private DistributedLock a;
    private DistributedLock b;
    private Calls calls;

    /** For the test engine. */
    public DistributedLockRules() {}

    @BeforeEach
    void openLocks() {
        calls = new Calls(time());
        nodeA = node("a", new RecordedEvents());
        a = lock(nodeA);
        b = lock(node("b", new RecordedEvents()));
    }

    private DistributedLock lock(TckNode node) {
        DistributedLock lock = required(fixture().lock(node), "DistributedLock");
        if (lock instanceof AutoCloseable resource) {
            closing(resource);
        }
        return lock;
    }

    private TckBackend backend() {
        requires(Capability.BACKEND_CONTROL);
        return required(fixture().backend(), "TckBackend");
    }

    private Optional<LockHandle> tryLock(DistributedLock lock, String name, Duration ttl) {
        return calls.result("tryLock", () -> lock.tryLock(name, ttl));
    }

    /** {@return a lock that must be granted} */
    private LockHandle held(DistributedLock lock, Duration ttl) {
        return tryLock(lock, NAME, ttl)
                .orElseThrow(() -> new AssertionError("lock '" + NAME + "' is free, and tryLock did not grant it"));
    }

    private CompletableFuture<Optional<LockHandle>> waitFor(DistributedLock lock, Duration wait) {
        return time().start(() -> lock.lock(NAME, LONG, wait));
    }

    private boolean extend(LockHandle handle, Duration ttl) {
        return calls.result("extend", () -> handle.extend(ttl));
    }

    private boolean unlock(LockHandle handle) {
        return calls.result("unlock", handle::unlock);
    }

    private void close(LockHandle handle) {
        calls.result("close", () -> {
            handle.close();
            return true;
        });
    }

    /** Look at what a lock that another holds becomes on its way out, and at locks that are re-entrant by thread or process. */
    @Rule("DL-1")
    void dl1_notGettingALockIsAnAnswer() {
        LockHandle first = held(a, LONG);

        assertThat(first.name()).as("LockHandle.name()").isEqualTo(NAME);
        assertThat(tryLock(b, NAME, LONG))
                .as("a lock that another process holds")
                .isEmpty();
        assertThat(tryLock(a, NAME, LONG))
                .as("a lock that this process holds already")
                .isEmpty();
        assertThat(tryLock(b, "invoices", LONG)).as("a lock of another name").isPresent();
        assertThat(unlock(first)).as("unlock() of a lock that is held").isTrue();
        assertThat(tryLock(b, NAME, LONG)).as("a lock that was given back").isPresent();
    }

    /** "Could not ask" is neither the lock nor an empty Optional. Look at errors that are swallowed. */
    @Rule("DL-1")
    void dl1_aBackendThatIsDownIsNoAnswer() {
        TckBackend backend = backend();
        backend.down();

        CompletableFuture<Optional<LockHandle>> asked =
                calls.end("tryLock at a backend that is down", time().start(() -> a.tryLock(NAME, LONG)));

        failedAsUnavailable("tryLock at a backend that is down", asked);
        backend.up();
    }

    private static void failedAsUnavailable(String what, CompletableFuture<?> call) {
        assertThat(call.handle((value, error) -> error).join())
                .as("%s must throw, was %s", what, call)
                .isInstanceOf(BackendUnavailableException.class);
    }

    /** Look at how the end of the wait is computed, and at a wait that is longer than one round of polling. */
    @Rule("DL-1")
    void dl1_aWaitIsNoLongerThanTold() {
        held(a, LONG);
        Duration wait = time().ticks(3);
        Duration before = time().now();

        Optional<LockHandle> got = calls.result("lock with a wait of " + wait, waitForCall(wait));
        Duration waited = time().now().minus(before);

        assertThat(got).as("a lock that was held all the time").isEmpty();
        assertThat(waited).as("time waited of %s", wait).isGreaterThanOrEqualTo(wait);
        if (time().exact()) {
            assertThat(waited).as("time waited of %s", wait).isLessThan(wait.plus(time().ticks(1)));
        }
        assertThat(calls.result("lock with a wait of zero", waitForCall(Duration.ZERO)))
                .as("a lock that is held, without a wait")
                .isEmpty();
    }

    private Callable<Optional<LockHandle>> waitForCall(Duration wait) {
        return () -> b.lock(NAME, LONG, wait);
    }

    /** Look at who hears of a release. Waiting by polling alone is too late in virtual time, and a load in real time. */
    @Rule("DL-1")
    void dl1_aWaiterIsWokenByTheRelease() {
        requires(Capability.NOTIFY);
        LockHandle first = held(a, LONG);
        CompletableFuture<Optional<LockHandle>> waiting = waitFor(b, LONG);
        time().pass(time().ticks(2));
        assertThat(waiting).as("a wait for a lock that is held").isNotDone();

        assertThat(unlock(first)).isTrue();
        time().until(
                        "a waiter is granted the lock by the notification of its release",
                        time().ticks(0),
                        waiting::isDone);

        assertThat(waiting.join())
                .as("the lock, after it was given back")
                .hasValueSatisfying(
                        handle -> assertThat(handle.isHeld()).as("isHeld()").isTrue());
    }

    /** Nobody tells a waiter that a holder has died. Look at whether it asks again when the lock has run out. */
    @Rule("DL-1")
    void dl1_aWaiterGetsALockThatRunsOut() {
        Duration ttl = time().ticks(10);
        Duration before = time().now();
        held(a, ttl);

        Optional<LockHandle> got =
                calls.result("lock whose holder says nothing any more", waitForCall(ttl.multipliedBy(20)));

        assertThat(got).as("a lock that has run out").isPresent();
        assertThat(time().now().minus(before))
                .as("a lock of %s was granted to another after", ttl)
                .isGreaterThanOrEqualTo(ttl.minusMillis(5));
    }

    /** Look for a thread or timer that prolongs locks: the process is well here, the handle is kept, and nobody extends it. */
    @Rule("DL-1")
    void dl1_aLockIsNotRenewedByItself() {
        Duration ttl = time().ticks(10);
        LockHandle handle = held(a, ttl);

        time().pass(ttl.plus(OVER));

        assertThat(handle.isHeld()).as("isHeld() after the ttl").isFalse();
        assertThat(tryLock(b, NAME, LONG))
                .as("a lock that nobody extended, after its ttl")
                .isPresent();
    }

    /** Look at what a wait leaves behind that is interrupted: a request in flight may still be granted. */
    @Rule("DL-1")
    void dl1_anInterruptedWaitHoldsNothing() {
        LockHandle first = held(a, LONG);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Optional<LockHandle>> waiting = time().start(() -> {
            waiter.complete(Thread.currentThread());
            return b.lock(NAME, LONG, LONG);
        });

        waiter.join().interrupt();
        var unused = calls.end("a wait that was interrupted", waiting);

        assertThat(waiting.handle((value, error) -> error).join())
                .as("lock() that was interrupted must throw, was %s", waiting)
                .isInstanceOf(InterruptedException.class);
        assertThat(unlock(first)).isTrue();
        assertThat(tryLock(a, NAME, LONG))
                .as("a lock for which a wait was interrupted, given back by its holder")
                .isPresent();
    }

    /** Look at deletes and expiries that are set without a comparison of the owner's id. */
    @Rule("DL-2")
    void dl2_aLockThatWasLostIsNeitherExtendedNorFreed() {
        Duration ttl = time().ticks(5);
        LockHandle first = held(a, ttl);
        time().pass(ttl.plus(OVER));
        LockHandle second = held(b, LONG);

        assertThat(extend(first, LONG)).as("extend() of a lost lock").isFalse();
        assertThat(unlock(first)).as("unlock() of a lost lock").isFalse();
        close(first);

        assertThat(extend(second, LONG))
                .as("the next holder extends, after the one before tried to give its lost lock back")
                .isTrue();
        assertThat(unlock(second)).as("unlock() of the next holder").isTrue();
        assertThat(unlock(second)).as("unlock() for the second time").isFalse();
        assertThat(extend(second, LONG)).as("extend() after unlock()").isFalse();
        close(second);
    }

    /** As above, while the holder still believes in its lock: then the store alone can tell. */
    @Rule("DL-2")
    void dl2_aStrangersLockIsLeftAlone() {
        TckBackend backend = backend();
        LockHandle extended = held(a, LONG);
        backend.takeOver(LeaseKey.lock(NAME), LONG);
        assertThat(extend(extended, LONG))
                .as("extend() of a lock that a stranger has")
                .isFalse();
        backend.delete(LeaseKey.lock(NAME));

        LockHandle unlocked = held(a, LONG);
        backend.takeOver(LeaseKey.lock(NAME), LONG);
        assertThat(unlock(unlocked))
                .as("unlock() of a lock that a stranger has")
                .isFalse();

        assertThat(tryLock(b, NAME, LONG))
                .as("the lock that the stranger still has")
                .isEmpty();
    }

    /** Look at {@code close()}: it ends a try-with-resources block, whose own exception it must not replace. */
    @Rule("DL-2")
    void dl2_closeNeverThrows() {
        TckBackend backend = backend();
        LockHandle closed = held(a, LONG);
        LockHandle unlocked =
                calls.result("tryLock", () -> a.tryLock("invoices", LONG)).orElseThrow();
        backend.down();

        close(closed);
        close(closed);
        CompletableFuture<Boolean> asked =
                calls.end("unlock() at a backend that is down", time().start(unlocked::unlock));

        failedAsUnavailable("unlock() at a backend that is down", asked);
        backend.up();
    }

    /** Look at the tenth that is taken off, and at which clock is asked: no message ends {@code isHeld()}, time does. */
    @Rule("DL-3")
    void dl3_isHeldEndsATenthBeforeTheTtl() {
        LockHandle lasting = held(a, LONG);
        assertThat(lasting.isHeld())
                .as("isHeld() of a lock of %s, at once", LONG)
                .isTrue();
        assertThat(lasting.remaining())
                .as("remaining() of a lock of %s", LONG)
                .isPositive()
                .isLessThanOrEqualTo(trusted(LONG));
        assertThat(unlock(lasting)).isTrue();
        assertThat(lasting.isHeld()).as("isHeld() after unlock()").isFalse();
        assertThat(lasting.remaining()).as("remaining() after unlock()").isZero();

        Duration ttl = time().ticks(10);
        LockHandle handle = held(a, ttl);
        if (time().exact()) {
            time().pass(trusted(ttl).minusMillis(1));
            assertThat(handle.isHeld())
                    .as("isHeld() 1 ms before nine tenths of the ttl")
                    .isTrue();
            assertThat(handle.remaining()).isEqualTo(Duration.ofMillis(1));
            time().pass(Duration.ofMillis(1));
        } else {
            time().pass(trusted(ttl));
        }

        assertThat(handle.isHeld()).as("isHeld() after nine tenths of the ttl").isFalse();
        assertThat(handle.remaining())
                .as("remaining() after nine tenths of the ttl")
                .isZero();
    }

    private static Duration trusted(Duration ttl) {
        return ttl.minus(ttl.dividedBy(10));
    }

    /** Look at when the clock is read: before the request, for its answer may be late and the store has counted since. */
    @Rule("DL-3")
    void dl3_isHeldCountsFromBeforeTheRequest() {
        Duration late = Duration.ofMillis(400);
        TckBackend.Link link = backend().link(nodeA);
        link.delayReplies(late);

        LockHandle handle = held(a, LONG);

        assertThat(handle.remaining())
                .as("remaining() of a lock of %s whose grant was answered after %s", LONG, late)
                .isLessThanOrEqualTo(trusted(LONG).minus(late));
        link.heal();
    }

    /** Look at whether {@code extend()} begins anew or adds, and whether the backend is told. */
    @Rule("DL-3")
    void dl3_anExtensionCountsFromNow() {
        Duration ttl = time().ticks(20);
        LockHandle handle = held(a, ttl);

        assertThat(extend(handle, LONG)).as("extend() of a lock that is held").isTrue();
        assertThat(handle.remaining())
                .as("remaining() after extend(%s)", LONG)
                .isGreaterThan(ttl)
                .isLessThanOrEqualTo(trusted(LONG));
        time().pass(ttl.plus(OVER));

        assertThat(handle.isHeld())
                .as("isHeld() of an extended lock, after its first ttl")
                .isTrue();
        assertThat(tryLock(b, NAME, LONG))
                .as("a lock that was extended, after its first ttl")
                .isEmpty();
        assertThat(extend(handle, ttl)).as("extend() by less").isTrue();
        assertThat(handle.remaining()).as("remaining() after extend(%s)", ttl).isLessThanOrEqualTo(trusted(ttl));
    }

    /** Look at whether time alone ends the lock: the process may have stood still, and nothing was called meanwhile. */
    @Rule("DL-3")
    void dl3_aProcessThatStoodStillHoldsNothing() {
        requires(Capability.TIME_CONTROL);
        LockHandle handle = held(a, time().ticks(10));

        time().stall(time().ticks(10));

        assertThat(handle.isHeld())
                .as("isHeld() after the process stood still for the ttl")
                .isFalse();
    }

    /** Look at who watches the time of a lock whose holder asks nothing. */
    @Rule("DL-4")
    void dl4_theHolderIsToldOnceWhenTheTimeRunsOut() {
        Duration ttl = time().ticks(20);
        LockHandle handle = held(a, ttl);
        AtomicInteger told = new AtomicInteger();
        AtomicInteger toldInVain = new AtomicInteger();
        handle.onLost(told::incrementAndGet);
        Registration takenBack = handle.onLost(toldInVain::incrementAndGet);
        assertThat(takenBack.remove())
                .as("remove() of an onLost action that was not called")
                .isTrue();

        time().until("onLost is called for a lock of " + ttl, ttl.multipliedBy(2), () -> told.get() > 0);
        unlock(handle);
        time().pass(time().ticks(5));

        assertThat(told).as("calls of one onLost action").hasValue(1);
        assertThat(toldInVain)
                .as("calls of an onLost action that was taken back")
                .hasValue(0);
    }

    /** An action that comes after the loss must not wait for ever. Look at the race of the two. */
    @Rule("DL-4")
    void dl4_whoAsksAfterTheLossIsToldAtOnce() {
        Duration ttl = time().ticks(3);
        LockHandle handle = held(a, ttl);
        time().pass(ttl.plus(OVER));
        AtomicInteger told = new AtomicInteger();

        handle.onLost(told::incrementAndGet);

        time().until("an onLost action that came after the loss is called", time().ticks(1), () -> told.get() == 1);
    }

    /** Look at what {@code extend()} does when the store says that the lock is gone. */
    @Rule("DL-4")
    void dl4_theHolderIsToldWhenTheStoreSaysSo() {
        TckBackend backend = backend();
        LockHandle handle = held(a, LONG);
        AtomicInteger told = new AtomicInteger();
        handle.onLost(told::incrementAndGet);
        backend.takeOver(LeaseKey.lock(NAME), LONG);

        extend(handle, LONG);

        time().until("onLost is called when extend() finds the lock lost", time().ticks(1), () -> told.get() == 1);
        assertThat(handle.isHeld()).as("isHeld() of a lock that is lost").isFalse();
    }

    /** Look at whether the watch over the time ends with the lock. */
    @Rule("DL-4")
    void dl4_nobodyIsToldOfALockThatWasGivenBack() {
        Duration ttl = time().ticks(20);
        LockHandle handle = held(a, ttl);
        AtomicInteger told = new AtomicInteger();
        handle.onLost(told::incrementAndGet);

        assertThat(unlock(handle)).isTrue();
        time().pass(ttl.plus(OVER));

        assertThat(told).as("calls of onLost after unlock()").hasValue(0);
    }

    /** Look at where the token comes from: it rises from grant to grant, whoever is granted and however the last grant ended. */
    @Rule("DL-5")
    void dl5_tokensRiseFromGrantToGrant() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            LockHandle handle = held(i % 2 == 0 ? a : b, LONG);
            tokens.add(handle.fencingToken());
            assertThat(unlock(handle)).isTrue();
        }
        Duration ttl = time().ticks(1);
        for (int i = 0; i < 3; i++) {
            tokens.add(held(i % 2 == 0 ? a : b, ttl).fencingToken());
            time().pass(ttl.plus(OVER));
        }

        assertThat(tokens)
                .as("fencing tokens, grant by grant")
                .isSorted()
                .as("fencing tokens must rise strictly")
                .doesNotHaveDuplicates();
    }

    /** Look at where the first token of an empty backend comes from. */
    @Rule("DL-5")
    void dl5_tokensRiseAfterTheDataAreLost() {
        requires(Capability.FENCE_SURVIVES_DATA_LOSS);
        TckBackend backend = backend();
        long before = held(a, LONG).fencingToken();
        time().pass(time().ticks(1));

        backend.loseData();

        assertThat(held(b, LONG).fencingToken())
                .as("fencing token after the loss of all data")
                .isGreaterThan(before);
    }

    /** Look at the checks of the arguments, before anything is sent: a ttl that rounds to zero is for ever or for nothing. */
    @Rule("DL-7")
    void dl7_badNamesAndTimesAreRefused() {
        Duration tooShort = Duration.ofNanos(999_999);

        for (String name : List.of("", "Orders", "1st", "a_b", "a".repeat(64))) {
            refused("tryLock of name '" + name + "'", name, () -> a.tryLock(name, LONG));
            refused("lock of name '" + name + "'", name, () -> a.lock(name, LONG, Duration.ZERO));
        }
        for (Duration ttl : List.of(tooShort, Duration.ZERO, LONG.negated())) {
            refused("tryLock with a ttl of " + ttl, "ttl", () -> a.tryLock(NAME, ttl));
            refused("lock with a ttl of " + ttl, "ttl", () -> a.lock(NAME, ttl, Duration.ZERO));
        }
        LockHandle handle = held(a, LONG);
        refused("extend with a ttl of " + tooShort, "ttl", () -> handle.extend(tooShort));
        refused("lock with a negative wait", "wait", () -> b.lock(NAME, LONG, Duration.ofMillis(-1)));
        assertThat(handle.isHeld()).as("isHeld() after calls that were refused").isTrue();
    }

    private void refused(String what, String named, Callable<?> call) {
        CompletableFuture<?> outcome = calls.end(what, time().start(call));

        assertThat(outcome.handle((value, error) -> error).join())
                .as("%s must be refused, was %s", what, outcome)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    /** Two processes, four threads each. If additions are lost, look at everything above first, then at the test-and-set. */
    @Rule("DL-8")
    void dl8_eightThreadsCountExactly() {
        UnguardedCounter counter = new UnguardedCounter();
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            DistributedLock lock = i % 2 == 0 ? a : b;
            threads.add(time().start(() -> {
                go.await();
                for (int n = 1; n <= ADDITIONS; n++) {
                    addUnder(lock, counter);
                    if (n % BREATH == 0) {
                        // Else all additions are the work of one point of virtual time, which has to end in real time.
                        KernelClock clock = time().clock();
                        clock.park(clock.nanoTime() + 1_000_000);
                    }
                }
                return null;
            }));
        }

        go.countDown();
        CompletableFuture<Void> all = CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new));
        time().until(THREADS + " threads have added " + ADDITIONS + " times each", Duration.ofMinutes(4), all::isDone);

        all.join();
        assertThat(counter.value)
                .as(
                        "sum of %s additions under the lock: one that is missing shows two holders at once",
                        THREADS * ADDITIONS)
                .isEqualTo(THREADS * ADDITIONS);
    }

    private static void addUnder(DistributedLock lock, UnguardedCounter counter) throws InterruptedException {
        try (LockHandle handle = lock.lock("counter", LONG, LONG)
                .orElseThrow(() -> new AssertionError("the lock was not granted within " + LONG))) {
            counter.add();
            assertThat(handle.isHeld()).as("isHeld() inside the lock").isTrue();
        }
    }

    /** The lock alone keeps an addition from being lost. Volatile, so that it is not the compiler that loses one. */
    private static final class UnguardedCounter {
        private volatile int value;

        @SuppressWarnings("ThreadPriorityCheck") // correctness must not rely on it: that is what is shown
        void add() {
            int seen = value;
            // The others get their chance, on a machine with one processor too.
            Thread.yield();
            value = seen + 1;
        }
    }
}
