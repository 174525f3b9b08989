package io.github.pavelagarkov.kernel.tck.time;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it.
 *
 * <p>{@link #advance} goes from wake-up to wake-up: it moves to the next point for which a thread has parked, wakes that
 * thread, and waits until the code under test has nothing more to do at that point, before it goes on. So an hour of a job
 * that runs every five minutes is twelve runs, in order, in milliseconds. "Nothing more to do" means that every thread which
 * was woken here or was made by {@link #threads()} has parked again, has ended, or is blocked.
 *
 * <p>The monotonic clock starts one minute before its overflow, so that code which compares readings wrongly fails early;
 * that of {@link #inTurn} does not.
 *
 * <p>Thread-safe; one thread at a time moves it.
 */
public final class TestClock implements KernelClock {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SHORT_OF_OVERFLOW =
            Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();
    private static final int STABLE_POLLS = 3;
    private static final long POLL_NANOS = 50_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the order they parked. */
    private final Map<Thread, Sleeper> parked = new LinkedHashMap<>();

    private final Set<Thread> permits = new HashSet<>();
    /** Woken or made here, and neither parked again nor ended. */
    private final Set<Thread> busy = new HashSet<>();

    private final RunQueue runQueue = new RunQueue();
    private final Strangers strangers = new Strangers();
    /** Null if threads run at the same time. */
    private final @Nullable Turns turns;

    private final AtomicInteger made = new AtomicInteger();
    // Volatile and read without the lock: who holds it must not make a busy thread look idle.
    private volatile long nanos;
    private volatile long wallNanos;
    private final long wallMillisAtStart;
    private final Duration patience;

    /** Creates a clock whose wall says 2026-01-01T00:00Z. */
    public TestClock() {
        this(START);
    }

    /**
     * Creates a clock.
     *
     * @param wall what its wall clock says
     */
    public TestClock(Instant wall) {
        this(wall, PATIENCE);
    }

    TestClock(Instant wall, Duration patience) {
        this(wall, patience, SHORT_OF_OVERFLOW, false);
    }

    private TestClock(Instant wall, Duration patience, long nanos, boolean inTurn) {
        this.wallMillisAtStart = wall.toEpochMilli();
        this.patience = patience;
        this.nanos = nanos;
        this.turns = inTurn ? new Turns(lock.newCondition(), this::isIdle, this::isLeavingPark) : null;
    }

    /**
     * {@return a clock for tests of services}
     *
     * <p>The threads that it makes run one at a time, in the order in which they were made or woken, so that what happens at
     * one instant happens in the same order on every repetition. The exception is a thread that waits for another one
     * otherwise than by the clock: the next one then runs meanwhile, up to two seconds later if that other one is not of this
     * clock and seems to be at work.
     *
     * <p>The monotonic clock starts at zero, so what a scheduler rounds up to its resolution is not late by the rest of a
     * millisecond.
     *
     * @param wall what its wall clock says
     */
    public static TestClock inTurn(Instant wall) {
        return new TestClock(wall, PATIENCE, 0, true);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return wallMillisAtStart + Math.floorDiv(wallNanos, 1_000_000L);
    }

    @Override
    public void park(long untilNanos) throws InterruptedException {
        Thread self = Thread.currentThread();
        runQueue.enter();
        lock.lockInterruptibly();
        try {
            if (permits.remove(self) || nanos - untilNanos >= 0) {
                return;
            }
            Sleeper entry = new Sleeper(self, untilNanos, lock);
            parked.put(self, entry);
            busy.remove(self);
            changed.signalAll();
            if (turns != null) {
                turns.giveUp();
            }
            try {
                entry.awaitWake();
            } finally {
                parked.remove(self);
                busy.add(self);
                changed.signalAll();
                if (turns != null) {
                    turns.await();
                    // Whoever woke it again meanwhile may have come before or after it left the map above.
                    permits.remove(self);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unpark(Thread thread) {
        lock.lock();
        try {
            Sleeper entry = parked.get(thread);
            if (entry == null) {
                permits.add(thread);
            } else {
                wake(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** INVARIANT: called with the lock held. */
    private void wake(Sleeper entry) {
        entry.wake();
        if (turns != null) {
            turns.woken(entry.thread());
        }
    }

    /**
     * Moves both clocks on, from wake-up to wake-up.
     *
     * @param by how far; zero or positive. Zero only waits until the code under test is idle.
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("by must be zero or positive, was " + by);
        }
        settle();
        boolean unused = advance(by.toNanos());
    }

    /**
     * Moves both clocks on in steps until something is so.
     *
     * @param condition asked after each step, once nothing more is to be done at that point; a mere question, which sets
     *     nothing going
     * @param step how far to move between two questions; positive
     * @param atMost how far to move in all; zero or positive
     * @return whether it is so
     */
    public boolean advanceUntil(BooleanSupplier condition, Duration step, Duration atMost) {
        Check.positive("step", step);
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or positive, was " + atMost);
        }
        long start = nanos;
        settle();
        while (!condition.getAsBoolean()) {
            if (nanos - start >= atMost.toNanos()) {
                return false;
            }
            if (!advance(step.toNanos())) {
                giveOthersAMoment();
            }
        }
        return true;
    }

    /** In real time: threads that this clock does not know may have something to do, and cannot be waited for. */
    @SuppressWarnings("WaitNotInLoop") // any wake-up will do
    private void giveOthersAMoment() {
        lock.lock();
        try {
            long unused = changed.awaitNanos(POLL_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while time passed", e);
        } finally {
            lock.unlock();
        }
    }

    /** From a point where nothing is to be done to another one. {@return whether anybody woke} */
    private boolean advance(long byNanos) {
        boolean anybody = false;
        long left = byNanos;
        while (left > 0) {
            long step = Math.min(left, untilNextWake());
            boolean woke = move(step, step);
            left -= step;
            if (woke) {
                anybody = true;
                settle();
            }
        }
        return anybody;
    }

    /**
     * Moves both clocks on at once, as when the process was stopped and continued or the collector paused it: threads wake
     * late, all at the end.
     *
     * @param by how far; positive
     */
    public void stall(Duration by) {
        Check.positive("by", by);
        move(by.toNanos(), by.toNanos());
        settle();
    }

    /**
     * Moves the wall clock on while the monotonic one stands still, as when the host was suspended.
     *
     * @param by how far; positive
     */
    public void suspend(Duration by) {
        Check.positive("by", by);
        move(0, by.toNanos());
        settle();
    }

    /**
     * Sets the wall clock, as a time server does.
     *
     * @param by how far; negative sets it back
     */
    public void jumpWall(Duration by) {
        move(0, by.toNanos());
        settle();
    }

    /**
     * Waits, in real time, until at least so many threads are parked here.
     *
     * @param count how many
     */
    public void awaitParked(int count) {
        await(() -> asleep() >= count, count + " parked threads");
    }

    /** Waits, in real time, until the code under test has nothing more to do at this point of time. */
    public void settle() {
        await(this::idle, "end to the work of this point of time");
    }

    /** {@return whether every thread that this clock knows is parked} INVARIANT: called with the lock held. */
    private boolean nobodyIsBusy() {
        return busy.isEmpty() || (busy.size() == 1 && busy.contains(Thread.currentThread()));
    }

    /** {@return makes daemon threads that {@link #advance} waits for} */
    public ThreadFactory threads() {
        return task -> {
            Thread thread = new Thread(
                    () -> {
                        runQueue.enter();
                        runInTurn(task);
                    },
                    "test-" + made.incrementAndGet());
            thread.setDaemon(true);
            lock.lock();
            try {
                busy.add(thread);
                if (turns != null) {
                    turns.made(thread);
                }
            } finally {
                lock.unlock();
            }
            return thread;
        };
    }

    private void runInTurn(Runnable task) {
        if (turns == null) {
            task.run();
            return;
        }
        Turns.locked(lock, turns::await);
        try {
            task.run();
        } finally {
            Turns.locked(lock, turns::leave);
        }
    }

    /** INVARIANT: called with the lock held. */
    private void forget(Thread thread) {
        busy.remove(thread);
        permits.remove(thread);
        runQueue.leave(thread);
        strangers.forget(thread);
    }

    private long untilNextWake() {
        lock.lock();
        try {
            long least = Long.MAX_VALUE;
            for (Sleeper entry : parked.values()) {
                least = Math.min(least, entry.until() - nanos);
            }
            return Math.max(1, least);
        } finally {
            lock.unlock();
        }
    }

    /** {@return whether that woke anybody} */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private boolean move(long byNanos, long byWallNanos) {
        lock.lock();
        try {
            nanos = nanos + byNanos;
            wallNanos = wallNanos + byWallNanos;
            boolean woke = false;
            for (Sleeper entry : parked.values()) {
                if (nanos - entry.until() >= 0) {
                    wake(entry);
                    woke = true;
                }
            }
            return woke;
        } finally {
            lock.unlock();
        }
    }

    /** INVARIANT: called with the lock held. */
    private boolean idle() {
        // Not a moment earlier: on its way out a thread holds locks of the JVM that others wait for when they make
        // threads.
        busy.stream()
                .filter(thread -> thread.getState() == Thread.State.TERMINATED)
                .toList()
                .forEach(this::forget);
        return asleep() == parked.size()
                && (turns == null || !turns.isAwaited())
                && busy.stream().allMatch(thread -> thread == Thread.currentThread() || isIdle(thread));
    }

    /** {@return how many threads are parked and not on their way out} INVARIANT: called with the lock held. */
    private long asleep() {
        return parked.values().stream().filter(Sleeper::isAsleep).count();
    }

    /** {@return whether it was interrupted in its sleep} INVARIANT: called with the lock held. */
    private boolean isLeavingPark(Thread thread) {
        Sleeper entry = parked.get(thread);
        return entry != null && !entry.isAsleep();
    }

    private boolean isIdle(Thread thread) {
        return switch (thread.getState()) {
            case NEW, TERMINATED -> true;
            case BLOCKED -> !runQueue.contains(thread) && !strangers.willBeDoneFor(thread, this::isKnownOrCurrent);
            // An interrupt that has not been noticed yet, or a wait for this clock's own lock: on its way, not idle.
            case WAITING, TIMED_WAITING ->
                !thread.isInterrupted()
                        && !lock.hasQueuedThread(thread)
                        && !runQueue.contains(thread)
                        && !strangers.willBeDoneFor(thread, this::isKnownOrCurrent);
            case RUNNABLE -> false;
        };
    }

    private boolean isKnownOrCurrent(long id) {
        return id == Thread.currentThread().getId()
                || busy.stream().anyMatch(thread -> thread.getId() == id)
                || parked.keySet().stream().anyMatch(thread -> thread.getId() == id);
    }

    /**
     * Polls, because the state of a foreign thread changes without a signal. The threads are looked at one after the other,
     * so work may pass from one not yet looked at to one that was: the condition has to hold several times in a row. Once is
     * enough if all are parked, which the lock keeps so.
     */
    private void await(BooleanSupplier condition, String what) {
        long giveUp = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            int held = 0;
            while (held < STABLE_POLLS) {
                held = condition.getAsBoolean() ? held + 1 : 0;
                if (held > 0 && nobodyIsBusy()) {
                    return;
                }
                if (System.nanoTime() - giveUp >= 0) {
                    throw new AssertionError("no " + what + " after " + patience + ", busy: " + busyThreads());
                }
                if (held < STABLE_POLLS && changed.awaitNanos(POLL_NANOS) > 0) {
                    held = 0;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    private List<String> busyThreads() {
        List<String> states = new ArrayList<>();
        for (Thread thread : busy) {
            if (!isIdle(thread)) {
                states.add(thread.getName() + " at " + Arrays.toString(thread.getStackTrace()));
            }
        }
        return states;
    }
}
