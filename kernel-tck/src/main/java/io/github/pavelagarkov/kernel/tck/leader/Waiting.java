package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.time.KernelClock;

/** Waits on a clock, on threads of the elector. */
final class Waiting {
    private Waiting() {}

    /**
     * Parks once: returns at that time, on an unpark, on an interrupt, or early.
     *
     * @param clock which
     * @param untilNanos a reading of it
     */
    static void park(KernelClock clock, long untilNanos) {
        try {
            clock.park(untilNanos);
        } catch (InterruptedException e) {
            // Meant for code of the service that ran on this thread before, or for nobody: what is waited for comes
            // anyhow.
            return;
        }
    }
}
