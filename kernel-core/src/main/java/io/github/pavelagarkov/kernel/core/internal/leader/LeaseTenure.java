package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Keeps the lease of one term, as long as the store and the clocks let it. {@link #view} may be read by any thread. */
final class LeaseTenure {
    private final LeaseAttempts attempts;
    private final LeaseTrouble trouble;
    private final LeaseDurations durations;
    private final RandomGenerator random;
    private final LeaseEffects effects;
    private volatile @Nullable LeaseView view;
    private @Nullable Term term;
    private long began;
    private boolean held;
    /** When the store forgets the lease at the earliest if nobody renews it. */
    private long storeExpiry;

    private long nextRenewal;

    LeaseTenure(
            LeaseAttempts attempts,
            LeaseTrouble trouble,
            LeaseDurations durations,
            RandomGenerator random,
            LeaseEffects effects) {
        this.attempts = attempts;
        this.trouble = trouble;
        this.durations = durations;
        this.random = random;
        this.effects = effects;
    }

    @Nullable
    LeaseView view() {
        return view;
    }

    void begin(LeaseView granted, long number, long sent, long now) {
        term = granted.term();
        began = now;
        held = true;
        move(granted, number, sent, now);
        effects.publish(() -> new LeaderEvent.Acquired(granted.term()));
    }

    /** {@return why the lease is lost by what the store says; null if it is not} */
    @Nullable
    DemotionReason replied(LeaseReply reply, long number, boolean awaited, long sent, long sentWall, long now) {
        if (!held) {
            return null;
        }
        if (reply instanceof LeaseReply.Held granted) {
            if (granted.fencingToken() > term().fencingToken()) {
                // A late request of ours has taken a lease that was lost meanwhile, perhaps to another and back.
                return DemotionReason.KEY_LOST;
            }
            if (awaited || !attempts.isInFlight()) {
                // Not by a late answer while another is awaited: what becomes of that one says whether it is over.
                trouble.over(now);
            }
            prolong(number, sent, sentWall, now);
        } else if (attempts.isOvertaken(number)) {
            return null;
        } else if (reply instanceof LeaseReply.Taken) {
            return DemotionReason.TAKEN_OVER;
        } else if (reply instanceof LeaseReply.Free) {
            return DemotionReason.KEY_LOST;
        } else if (awaited) {
            trouble.failed(reply, now);
            timedOut(now);
        }
        return null;
    }

    /** Moves the lease on, never back. */
    private void prolong(long number, long sent, long sentWall, long now) {
        LeaseView moved = durations.view(term(), sent, sentWall);
        LeaseView before = view;
        if (before == null || moved.untilNanos() - before.untilNanos() > 0) {
            move(moved, number, sent, now);
        }
    }

    private void move(LeaseView moved, long number, long sent, long now) {
        view = moved;
        storeExpiry = moved.untilNanos() + durations.margin();
        attempts.granted(number);
        nextRenewal = durations.renewAt(now, sent, random);
    }

    void timedOut(long now) {
        nextRenewal = now + durations.pause();
    }

    void trySend(long now) {
        if (held && !attempts.isInFlight() && now - nextRenewal >= 0) {
            attempts.send(Mode.RENEW, now);
        }
    }

    /** {@return whether the lease has run out by the local clocks, and nobody has been told yet} */
    boolean takeExpiry(long now, long wall) {
        LeaseView current = view;
        if (current == null || current.holds(now, wall)) {
            return false;
        }
        view = null;
        return held;
    }

    /** {@return whether the lease is ours to renew and to give back: not after a loss, nor after a stop that took too long} */
    boolean isHeld() {
        return held;
    }

    /** Neither renews it any longer nor gives it back; it may be believed in until it runs out. */
    void letGo() {
        held = false;
    }

    void lose() {
        held = false;
        view = null;
    }

    void hide() {
        view = null;
    }

    long storeExpiry() {
        return storeExpiry;
    }

    Term term() {
        Term current = term;
        if (current == null) {
            throw new IllegalStateException("an election without a term was asked for it");
        }
        return current;
    }

    void end(@Nullable DemotionReason reason, boolean released, long now) {
        Term over = term;
        if (over != null && reason != null) {
            Duration lasted = Duration.ofNanos(now - began);
            effects.publish(() -> new LeaderEvent.Lost(over, reason, lasted, released));
        }
        term = null;
        held = false;
        view = null;
    }

    /** {@return the given point, or an earlier one at which the lease ends or is to be renewed} */
    long nextWake(long next) {
        long wake = held && !attempts.isInFlight() ? LeaseDurations.earlier(next, nextRenewal) : next;
        LeaseView current = view;
        return current == null ? wake : LeaseDurations.earlier(wake, current.untilNanos());
    }
}
