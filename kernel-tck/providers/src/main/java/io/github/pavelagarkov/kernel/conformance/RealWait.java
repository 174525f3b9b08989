package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, in real time and bounded, for what a real backend does. */
final class RealWait {
    private static final long POLL = Duration.ofMillis(5).toNanos();

    private RealWait() {}

    /** {@return whether the condition held in time} */
    static boolean until(Duration atMost, BooleanSupplier condition) {
        KernelClock clock = KernelClock.system();
        long end = clock.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - end >= 0) {
                return false;
            }
            try {
                clock.park(clock.nanoTime() + POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
