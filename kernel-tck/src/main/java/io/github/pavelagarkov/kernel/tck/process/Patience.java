package io.github.pavelagarkov.kernel.tck.process;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits, in real time and bounded, for what another process does. */
final class Patience {
    private static final long POLL_NANOS = 2_000_000;

    private Patience() {}

    /**
     * Polls a condition, because another process sends no signal when its state changes.
     *
     * @param condition cheap and free of side effects
     * @param atMost when to give up
     * @return whether it held in time
     */
    static boolean until(BooleanSupplier condition, Duration atMost) {
        KernelClock clock = KernelClock.system();
        long giveUp = clock.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            long now = clock.nanoTime();
            if (now - giveUp >= 0) {
                return false;
            }
            try {
                clock.park(now + POLL_NANOS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for another process", e);
            }
        }
        return true;
    }
}
