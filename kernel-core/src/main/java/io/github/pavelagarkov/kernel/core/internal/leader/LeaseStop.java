package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of one term: why, how long who waits for it waits, and what is due while the work has not stopped. Not thread-safe. */
final class LeaseStop {
    private static final long INTERRUPT_AFTER = Duration.ofMillis(200).toNanos();

    private final long stopTimeout;

    private @Nullable DemotionReason reason;
    private boolean interruptWanted;
    private long interruptAt;
    private boolean bounded;
    private long boundedUntil;
    private boolean watched;
    private long overrunAt;

    LeaseStop(Duration stopTimeout) {
        this.stopTimeout = Deadlines.nanos(stopTimeout);
    }

    /** A term begins: nothing of the one before counts. */
    void reset() {
        reason = null;
        interruptWanted = false;
        bounded = false;
        watched = false;
    }

    void begin(DemotionReason why) {
        reason = why;
    }

    /** The lease is lost while the work stops. A failed start stays one: it holds the election back. */
    void worsen(DemotionReason why) {
        if (reason != DemotionReason.START_FAILED) {
            reason = why;
        }
    }

    @Nullable
    DemotionReason reason() {
        return reason;
    }

    /** Interrupts onElected if it does not return soon. */
    void interruptLater(long now) {
        interruptWanted = true;
        interruptAt = now + INTERRUPT_AFTER;
    }

    /** {@return whether to interrupt now; once} */
    boolean takeInterrupt(long now) {
        boolean due = interruptWanted && now - interruptAt >= 0;
        interruptWanted &= !due;
        return due;
    }

    void callbackReturned() {
        interruptWanted = false;
    }

    /** Somebody waits for the stop, or the lease is renewed for it: not for ever. */
    void bound(long now) {
        if (!bounded) {
            bounded = true;
            boundedUntil = now + stopTimeout;
        }
    }

    /** {@return whether the time for the stop is over; once} */
    boolean takeTimeout(long now) {
        boolean due = bounded && now - boundedUntil >= 0;
        bounded &= !due;
        return due;
    }

    /** The lease is not renewed any longer: work that goes on at this point has outlived it. */
    void watchForOverrun(long at) {
        watched = true;
        overrunAt = at;
    }

    /** {@return whether the work has outlived its lease; once} */
    boolean takeOverrun(long now) {
        boolean due = watched && now - overrunAt >= 0;
        watched &= !due;
        return due;
    }

    /** {@return the given point, or an earlier one at which something of the stop is due} */
    long nextWake(long next) {
        long wake = next;
        if (interruptWanted) {
            wake = LeaseDurations.earlier(wake, interruptAt);
        }
        if (bounded) {
            wake = LeaseDurations.earlier(wake, boundedUntil);
        }
        if (watched) {
            wake = LeaseDurations.earlier(wake, overrunAt);
        }
        return wake;
    }
}
