package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import java.time.Duration;
import java.util.Optional;

/**
 * When a candidate looks at the lease again, and what it learns from what the store says. Not thread-safe.
 *
 * <p>Usually it looks by asking for the lease. A wary one only looks: {@link LeaseCaution}.
 */
final class LeaseCandidacy {
    private final LeaseAttempts attempts;
    private final LeaseBackOff backOff;
    private final LeaseTrouble trouble;
    private final LeaseDurations durations;
    private final LeaseCaution caution;
    private long nextLook;
    private boolean lookAgain;

    LeaseCandidacy(LeaseAttempts attempts, LeaseBackOff backOff, LeaseTrouble trouble, LeaseDurations durations) {
        this.attempts = attempts;
        this.backOff = backOff;
        this.trouble = trouble;
        this.durations = durations;
        this.caution = new LeaseCaution(durations.lease());
    }

    void begin(long now) {
        caution.forget();
        lookAgain = false;
        nextLook = now;
    }

    /** A release was told: look now, or as soon as the answer under way is in. */
    void notified(long now) {
        caution.forget();
        lookNow(now);
    }

    /** Notifications may have been lost, and with them what the store knew: look now, but believe in no free lease. */
    void gap(long now) {
        caution.lostSight(now);
        lookNow(now);
    }

    private void lookNow(long now) {
        if (!backOff.isHolding(now)) {
            lookAgain = attempts.isInFlight();
            nextLook = now;
        }
    }

    void trySend(long now) {
        if (!attempts.isInFlight() && now - nextWake(now) >= 0) {
            attempts.send(caution.isWary(now) ? Mode.RENEW : Mode.ACQUIRE, now);
        }
    }

    long nextWake(long now) {
        return backOff.notBefore(now, nextLook);
    }

    /** {@return whether a lease that was granted is of use; if not it is given back and never used} */
    boolean accepts(LeaseView granted, long now, long wall) {
        if (backOff.isHolding(now) || !granted.holds(now, wall)) {
            attempts.abandonId(false, now);
            nextLook = now + durations.pause();
            return false;
        }
        attempts.giveUp();
        caution.forget();
        backOff.attemptSucceeded();
        return true;
    }

    void refused(LeaseReply reply, long now) {
        if (reply instanceof LeaseReply.Taken taken) {
            backOff.attemptSucceeded();
            taken(taken.remaining(), now);
        } else if (reply instanceof LeaseReply.Free) {
            backOff.attemptSucceeded();
            free(now);
        } else {
            trouble.failed(reply, now);
            missed(now);
        }
    }

    /** What a wary look finds. The lease is asked for when the one that may be lost must be over. */
    private void free(long now) {
        trouble.over(now);
        nextLook = caution.isWary(now) ? caution.nextLook(now + durations.pollMax()) : now;
        lookAgain = false;
    }

    private void taken(Optional<Duration> remaining, long now) {
        if (remaining.isEmpty()) {
            trouble.neverExpires(now);
            nextLook = now + durations.pollMax();
        } else {
            trouble.over(now);
            nextLook = durations.lookAt(now, remaining.get());
        }
        if (lookAgain) {
            lookAgain = false;
            nextLook = now;
        } else {
            caution.sighted();
        }
    }

    void timedOut(long now) {
        missed(now);
    }

    private void missed(long now) {
        caution.lostSight(now);
        nextLook = now + backOff.afterFailedAttempt();
    }
}
