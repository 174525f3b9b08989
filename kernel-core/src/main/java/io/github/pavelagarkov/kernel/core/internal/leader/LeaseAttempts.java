package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows what has been asked of the store under which id, and takes back what it grants too late. Not thread-safe.
 *
 * <p>An id tells one attempt at a term from all others: a late answer or command for an old id can do no harm. At most one
 * call is waited for, but one that was given up may still be executed.
 */
final class LeaseAttempts {
    private final ElectionSpec spec;
    private final LeaseKey key;
    private final String identity;
    private final Supplier<String> ids;
    private final long patience;
    private final LeaseEffects effects;

    private String id;
    private long number;
    private long lastGranted;
    private boolean inFlight;
    private long inFlightSince;
    private int unansweredAcquires;

    private @Nullable String ghost;
    private long ghostAt;

    LeaseAttempts(ElectionSpec spec, String identity, Supplier<String> ids, long patience, LeaseEffects effects) {
        this.spec = spec;
        this.key = LeaseKey.election(spec.name());
        this.identity = identity;
        this.ids = ids;
        this.patience = patience;
        this.effects = effects;
        this.id = ids.get();
    }

    void send(Mode mode, long now) {
        if (mode == Mode.ACQUIRE) {
            unansweredAcquires++;
        }
        waitFor(now);
        effects.send(new LeaseRequest(key, mode, id, identity, spec.timing().lease()), number);
    }

    /** Gives the lease back. No answer to an earlier call counts from here on: it must not revive the lease. */
    void release(long now) {
        waitFor(now);
        effects.release(id);
    }

    private void waitFor(long now) {
        number++;
        inFlight = true;
        inFlightSince = now;
    }

    /** {@return whether this was the call that is waited for} */
    boolean answered(LeaseRequest request, long answeredNumber, LeaseReply reply) {
        if (request.mode() == Mode.ACQUIRE && !(reply instanceof LeaseReply.Failed)) {
            unansweredAcquires--;
        }
        boolean awaited = inFlight && answeredNumber == number;
        if (awaited) {
            inFlight = false;
        }
        return awaited;
    }

    void granted(long grantedNumber) {
        lastGranted = Math.max(lastGranted, grantedNumber);
    }

    /** {@return whether a later call has been granted than this one: its answer is old} */
    boolean isOvertaken(long answeredNumber) {
        return answeredNumber < lastGranted;
    }

    boolean isInFlight() {
        return inFlight;
    }

    boolean isTimedOut(long now) {
        return inFlight && now - giveUpAt() >= 0;
    }

    long giveUpAt() {
        return inFlightSince + patience;
    }

    void giveUp() {
        inFlight = false;
    }

    boolean isCurrent(String leaseId) {
        return leaseId.equals(id);
    }

    /** {@return whether the store may yet grant, or has granted unseen, what was asked for under the current id} */
    boolean mayBeGrantedUnseen() {
        return unansweredAcquires > 0;
    }

    /** Never uses the current id again. What is under way for it is taken back once more when it must be through. */
    void abandonId(boolean released, long now) {
        if (!released) {
            // No work runs under this id any longer, so whatever the store still keeps for it only delays the next
            // term.
            effects.release(id);
        }
        if (unansweredAcquires > 0) {
            ghost = id;
            ghostAt = now + patience;
        }
        id = ids.get();
        inFlight = false;
        unansweredAcquires = 0;
        lastGranted = 0;
    }

    /** Gives back what was granted after nobody asked for it any longer: no work runs under it. */
    void giveBack(LeaseRequest request, LeaseReply reply) {
        if (reply instanceof LeaseReply.Held && request.mode() == Mode.ACQUIRE) {
            effects.release(request.leaseId());
        }
    }

    void tick(long now) {
        if (ghost != null && now - ghostAt >= 0) {
            releaseGhost();
        }
    }

    void releaseGhost() {
        String old = ghost;
        if (old != null) {
            ghost = null;
            effects.release(old);
        }
    }

    /** {@return the given point, or that of the ghost if it is earlier} */
    long nextWake(long next) {
        return ghost == null ? next : LeaseDurations.earlier(next, ghostAt);
    }
}
