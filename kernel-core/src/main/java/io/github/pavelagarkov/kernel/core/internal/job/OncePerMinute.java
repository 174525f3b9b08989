package io.github.pavelagarkov.kernel.core.internal.job;

import java.time.Duration;

/** Lets one report through a minute. INVARIANT: guarded by the engine's lock. */
final class OncePerMinute {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private boolean told;
    private long toldNanos;

    boolean mayTell(long nowNanos) {
        if (told && nowNanos - toldNanos < MINUTE) {
            return false;
        }
        told = true;
        toldNanos = nowNanos;
        return true;
    }
}
