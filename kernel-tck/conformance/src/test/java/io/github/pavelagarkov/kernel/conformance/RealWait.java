package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, in real time and bounded, for what a real backend does. */
final class RealWait {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long POLL = Duration.ofMillis(5).toNanos();

    private RealWait() {}

    static void until(String what, BooleanSupplier condition) {
        KernelClock clock = KernelClock.system();
        long end = clock.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - end >= 0) {
                throw new IllegalStateException(what + ": not so within " + PATIENCE);
            }
            try {
                clock.park(clock.nanoTime() + POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted before " + what, e);
            }
        }
    }
}
