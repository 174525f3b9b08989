package io.github.pavelagarkov.kernel.tck.time;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets the threads of a {@link TestClock} run one at a time, in the order in which they were made or woken.
 *
 * <p>A thread has its turn until it parks or ends, or waits for something else than the clock: then the next one goes on, and
 * it goes on beside that one when its wait is over.
 *
 * <p>INVARIANT: all is called with the clock's lock held.
 */
final class Turns {
    private static final long LOOK_NANOS = 200_000;
    /** How long a thread waits for something else before its turn is over. */
    private static final long STUCK_NANOS = 2_000_000;
    /** Behind all that were woken: when exactly a thread notices an interrupt is up to the machine. */
    private static final long INTERRUPTED = Long.MAX_VALUE / 2;

    private final Condition passed;
    private final Predicate<Thread> isIdle;
    private final Predicate<Thread> isOnItsWay;

    private final Set<Thread> members = new HashSet<>();
    /** Who was made or woken and has not come to wait for its turn yet, with its place. */
    private final Map<Thread, Long> expected = new HashMap<>();
    /** Who waits for its turn, with its place. */
    private final Map<Thread, Long> waiting = new HashMap<>();

    private long places;
    private @Nullable Thread holder;
    private long stuckSince;
    private boolean stuck;

    /**
     * @param passed signalled when a turn begins
     * @param isIdle whether a thread neither runs nor is about to
     * @param isOnItsWay whether a thread that was not woken comes all the same: it was interrupted
     */
    Turns(Condition passed, Predicate<Thread> isIdle, Predicate<Thread> isOnItsWay) {
        this.passed = passed;
        this.isIdle = isIdle;
        this.isOnItsWay = isOnItsWay;
    }

    static void locked(Lock lock, Runnable step) {
        lock.lock();
        try {
            step.run();
        } finally {
            lock.unlock();
        }
    }

    void made(Thread thread) {
        members.add(thread);
        expected.put(thread, places++);
    }

    void woken(Thread thread) {
        if (members.contains(thread)) {
            expected.putIfAbsent(thread, places++);
        }
    }

    /** Waits for the turn of the calling thread. An interrupt is kept for later. */
    void await() {
        Thread self = Thread.currentThread();
        if (!members.contains(self)) {
            return;
        }
        Long place = expected.remove(self);
        waiting.put(self, place == null ? INTERRUPTED + places++ : place);
        boolean interrupted = false;
        pass();
        while (holder != self) {
            try {
                long unused = passed.awaitNanos(LOOK_NANOS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            takeFromWhoIsStuck();
            pass();
        }
        if (interrupted) {
            self.interrupt();
        }
    }

    private void takeFromWhoIsStuck() {
        Thread has = holder;
        if (has == null || !isIdle.test(has)) {
            stuck = false;
            return;
        }
        long now = System.nanoTime();
        if (!stuck) {
            stuck = true;
            stuckSince = now;
        } else if (now - stuckSince >= STUCK_NANOS) {
            stuck = false;
            holder = null;
        }
    }

    private void pass() {
        if (holder != null || waiting.isEmpty() || anyIsOnItsWay()) {
            return;
        }
        Thread next = null;
        long first = Long.MAX_VALUE;
        for (Map.Entry<Thread, Long> candidate : waiting.entrySet()) {
            if (candidate.getValue() < first) {
                first = candidate.getValue();
                next = candidate.getKey();
            }
        }
        waiting.remove(next);
        holder = next;
        stuck = false;
        passed.signalAll();
    }

    private boolean anyIsOnItsWay() {
        return expected.keySet().stream().anyMatch(thread -> thread.getState() != Thread.State.NEW)
                || members.stream()
                        .anyMatch(thread -> !expected.containsKey(thread)
                                && !waiting.containsKey(thread)
                                && isOnItsWay.test(thread));
    }

    /** The calling thread parks. */
    void giveUp() {
        if (holder == Thread.currentThread()) {
            holder = null;
            pass();
        }
    }

    /** The calling thread ends. */
    void leave() {
        members.remove(Thread.currentThread());
        giveUp();
    }

    boolean isAwaited() {
        return !waiting.isEmpty();
    }
}
