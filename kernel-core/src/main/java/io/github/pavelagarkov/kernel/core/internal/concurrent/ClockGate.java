package io.github.pavelagarkov.kernel.core.internal.concurrent;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Lets threads wait for a condition, bounded by the injected clock. No wake-up is lost: change the state first, then call
 * {@link #signalAll}. Thread-safe.
 */
public final class ClockGate {
    private final KernelClock clock;
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /**
     * Creates a gate.
     *
     * @param clock bounds the waiting
     */
    public ClockGate(KernelClock clock) {
        this.clock = clock;
    }

    /**
     * Waits until a condition holds.
     *
     * @param condition cheap and free of side effects; read by the waiting thread
     * @param untilNanos when to give up, by the clock
     * @return whether it held in time
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean await(BooleanSupplier condition, long untilNanos) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        Thread self = Thread.currentThread();
        waiting.add(self);
        try {
            while (true) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                if (clock.nanoTime() - untilNanos >= 0) {
                    return false;
                }
                clock.park(untilNanos);
            }
        } finally {
            waiting.remove(self);
        }
    }

    /** Makes every waiting thread look at its condition. */
    public void signalAll() {
        for (Thread thread : waiting) {
            clock.unpark(thread);
        }
    }
}
