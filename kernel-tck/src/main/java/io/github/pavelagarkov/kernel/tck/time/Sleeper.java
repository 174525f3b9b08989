package io.github.pavelagarkov.kernel.tck.time;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A thread that is parked at a {@link TestClock}. INVARIANT: all but the constructor is called with the clock's lock held. */
final class Sleeper {
    private final Thread thread;
    private final long until;
    private final ReentrantLock lock;
    /** Of its own, so that nobody is woken who has nothing to do. */
    private final Condition wake;

    private boolean woken;

    Sleeper(Thread thread, long until, ReentrantLock lock) {
        this.thread = thread;
        this.until = until;
        this.lock = lock;
        this.wake = lock.newCondition();
    }

    Thread thread() {
        return thread;
    }

    /** {@return the reading of the monotonic clock at which it is to be woken} */
    long until() {
        return until;
    }

    void awaitWake() throws InterruptedException {
        while (!woken) {
            wake.await();
        }
    }

    void wake() {
        woken = true;
        wake.signal();
    }

    /**
     * {@return whether it sleeps and is not on its way out}
     *
     * <p>Only a wake-up or an interrupt ends its sleep, and either can be seen at once: no look at the run queue is needed.
     */
    boolean isAsleep() {
        // In this order: whoever has noticed an interrupt runs before it queues for the lock.
        return !woken
                && !thread.isInterrupted()
                && thread.getState() != Thread.State.RUNNABLE
                && !lock.hasQueuedThread(thread);
    }
}
