package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clock of a process that can stand still: time goes on, but who waits for it does not wake up before the process
 * continues. Thread-safe.
 */
final class PausableClock implements KernelClock {
    private static final long LONG = Duration.ofDays(1).toNanos();

    private final KernelClock real;
    private final Set<Thread> stopped = ConcurrentHashMap.newKeySet();
    private volatile boolean paused;

    PausableClock(KernelClock real) {
        this.real = real;
    }

    /** Stops the process, as a stop signal or the garbage collector. */
    void pause() {
        paused = true;
    }

    /** Lets it go on. */
    void resume() {
        paused = false;
        stopped.forEach(real::unpark);
    }

    @Override
    public long nanoTime() {
        return real.nanoTime();
    }

    @Override
    public long wallMillis() {
        return real.wallMillis();
    }

    @Override
    public void park(long untilNanos) throws InterruptedException {
        real.park(untilNanos);
        Thread self = Thread.currentThread();
        stopped.add(self);
        try {
            while (paused) {
                real.park(real.nanoTime() + LONG);
            }
        } finally {
            stopped.remove(self);
        }
    }

    @Override
    public void unpark(Thread thread) {
        real.unpark(thread);
    }
}
