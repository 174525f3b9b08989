package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Holds the threads that come to it until it is opened: a callback that takes as long as a test wants. It waits on the clock
 * of the test, so that virtual time knows when a thread goes on. Thread-safe.
 */
public final class Hold implements AutoCloseable {
    private static final long LONG = Duration.ofDays(1).toNanos();

    private final KernelClock clock;
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean entered;
    private volatile boolean open;

    Hold(KernelClock clock) {
        this.clock = clock;
    }

    /**
     * Waits until this is opened.
     *
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public void await() throws InterruptedException {
        Thread self = Thread.currentThread();
        waiting.add(self);
        entered = true;
        try {
            while (!open) {
                clock.park(clock.nanoTime() + LONG);
            }
        } finally {
            waiting.remove(self);
        }
    }

    /** Waits until this is opened, as work that listens to nobody. The flag of an interrupt is set at the end. */
    public void awaitUninterruptibly() {
        boolean interrupted = false;
        while (!open) {
            try {
                await();
            } catch (InterruptedException e) {
                // Kept for later: it does not end the wait.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether a thread has come here} */
    public boolean isEntered() {
        return entered;
    }

    /** Lets all threads go, those that come later too. */
    public void open() {
        open = true;
        waiting.forEach(clock::unpark);
    }

    /** Opens it. */
    @Override
    public void close() {
        open();
    }
}
