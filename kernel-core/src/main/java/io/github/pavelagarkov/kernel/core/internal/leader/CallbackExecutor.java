package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs each callback once, on a thread of its own, whatever becomes of the first way to get one: a demotion must be told.
 * Thread-safe.
 */
final class CallbackExecutor {
    private static final long PAUSE = Duration.ofMillis(100).toNanos();

    private final Executor first;
    private final KernelThreads second;
    private final HeapTimer timer;
    private final KernelClock clock;

    /**
     * Creates it.
     *
     * @param first used as long as it takes callbacks
     * @param second makes the threads that the first refuses
     * @param timer waits while neither can be had
     * @param clock of that timer
     */
    CallbackExecutor(Executor first, KernelThreads second, HeapTimer timer, KernelClock clock) {
        this.first = first;
        this.second = second;
        this.timer = timer;
        this.clock = clock;
    }

    void execute(String name, Runnable callback) {
        AtomicBoolean begun = new AtomicBoolean();
        attempt(name, () -> {
            // A way that fails half-way may have made its thread all the same.
            if (begun.compareAndSet(false, true)) {
                callback.run();
            }
        });
    }

    private void attempt(String name, Runnable once) {
        try {
            first.execute(once);
        } catch (Throwable refused) {
            // A container that stops refuses threads, a process at its limit has none: try the machine's own.
            attemptSecond(name, once);
        }
    }

    private void attemptSecond(String name, Runnable once) {
        try {
            second.newThread(name, once).start();
        } catch (Throwable none) {
            // Out of native threads, most likely: some will end.
            timer.schedule(
                    new HeapTimer.Task() {
                        @Override
                        protected void fire(long nowNanos) {
                            attempt(name, once);
                        }
                    },
                    clock.nanoTime() + PAUSE);
        }
    }
}
