package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what one election does next. Knows no thread, no clock and no store: time and answers come in as arguments, what
 * is to be done goes out through {@link LeaseEffects}.
 *
 * <p>Called by one thread at a time; {@link #view} and {@link #status} may be read by any.
 *
 * <pre>
 * CANDIDATE --granted--> STARTING --onElected returned--> LEADING
 *     ^                      |                               |
 *     |                      +--- lost, closed, failed ------+--> STOPPING --onDemoted returned--> RELEASING --+
 *     +------------------------------------------------------------------------------------------------------+--> CLOSED
 * </pre>
 *
 * <p>{@link LeaseCandidacy} looks for a free lease, {@link LeaseTenure} keeps one, {@link LeaseStop} knows what is due while
 * work stops. They share {@link LeaseAttempts}, what is under way, and {@link LeaseTrouble}, what the store did wrong.
 */
final class LeaseMachine {
    private enum Phase {
        CANDIDATE,
        STARTING,
        LEADING,
        STOPPING,
        RELEASING,
        CLOSED
    }

    private final ElectionSpec spec;
    private final String identity;
    private final LeaseEffects effects;
    private final LeaseDurations durations;
    private final LeaseAttempts attempts;
    private final LeaseBackOff backOff;
    private final LeaseStop stop;
    private final LeaseTenure tenure;
    private final LeaseCandidacy candidacy;
    private final LeaseTrouble trouble;

    private Phase phase = Phase.CANDIDATE;
    private volatile boolean closed;
    private boolean wantClosed;

    LeaseMachine(
            ElectionSpec spec,
            String identity,
            Supplier<String> leaseIds,
            RandomGenerator random,
            LeaseEffects effects) {
        this.spec = spec;
        this.identity = identity;
        this.effects = effects;
        this.durations = LeaseDurations.of(spec.timing());
        this.attempts = new LeaseAttempts(spec, identity, leaseIds, durations.attempt(), effects);
        this.backOff = new LeaseBackOff(spec, durations, random);
        this.stop = new LeaseStop(spec.stopTimeout());
        this.trouble = new LeaseTrouble(spec.name(), effects);
        this.tenure = new LeaseTenure(attempts, trouble, durations, random, effects);
        this.candidacy = new LeaseCandidacy(attempts, backOff, trouble, durations);
    }

    // ---- what any thread may read

    @Nullable
    LeaseView view() {
        return tenure.view();
    }

    LeadershipStatus status(boolean leads) {
        if (closed) {
            return new LeadershipStatus.Stopped();
        }
        LeaseView current = tenure.view();
        return leads && current != null
                ? new LeadershipStatus.Leader(current.term(), trouble.cause())
                : trouble.candidateStatus();
    }

    // ---- what happens

    void started(long now) {
        candidacy.begin(now);
        plan(now);
    }

    void tick(long now, long wallMillis) {
        checkLease(now, wallMillis);
        if (attempts.isTimedOut(now)) {
            attemptTimedOut(now);
        }
        if (stop.takeInterrupt(now)) {
            effects.interruptCallback();
        }
        if (stop.takeTimeout(now)) {
            giveUpStop();
        }
        if (stop.takeOverrun(now)) {
            effects.overrun(tenure.term());
        }
        attempts.tick(now);
        if (phase == Phase.CANDIDATE) {
            candidacy.trySend(now);
        } else {
            tenure.trySend(now);
        }
        plan(now);
    }

    void notified(long now) {
        if (phase == Phase.CANDIDATE) {
            candidacy.notified(now);
            candidacy.trySend(now);
            plan(now);
        }
    }

    void gap(long now) {
        candidacy.gap(now);
        plan(now);
    }

    void replied(
            LeaseRequest request, long number, LeaseReply reply, long sentNanos, long sentWall, long now, long wall) {
        if (!attempts.isCurrent(request.leaseId()) || phase == Phase.RELEASING || phase == Phase.CLOSED) {
            attempts.giveBack(request, reply);
            return;
        }
        boolean awaited = attempts.answered(request, number, reply);
        if (phase == Phase.CANDIDATE) {
            repliedToCandidate(reply, number, awaited, sentNanos, sentWall, now, wall);
        } else if (tenure.isHeld()) {
            checkLease(now, wall);
            DemotionReason loss = tenure.replied(reply, number, awaited, sentNanos, sentWall, now);
            if (loss != null) {
                lost(loss, now);
            }
        }
        plan(now);
    }

    void electedReturned(@Nullable Throwable error, long now) {
        stop.callbackReturned();
        Term current = tenure.term();
        DemotionReason told = stop.reason();
        if (error != null && !(told != null && error instanceof InterruptedException)) {
            effects.publish(() -> new LeaderEvent.CallbackFailed(current, "onElected", error));
        }
        if (told != null) {
            effects.demote(current, told);
        } else if (error == null) {
            phase = Phase.LEADING;
            backOff.startSucceeded();
        } else {
            backOff.startFailed();
            beginStop(DemotionReason.START_FAILED, now);
            effects.demote(current, DemotionReason.START_FAILED);
        }
        plan(now);
    }

    void demotedReturned(@Nullable Throwable error, long now) {
        if (error != null) {
            Term current = tenure.term();
            effects.publish(() -> new LeaderEvent.CallbackFailed(current, "onDemoted", error));
        }
        tenure.hide();
        if (tenure.isHeld()) {
            beginRelease(now);
        } else {
            endTerm(now, false);
        }
        plan(now);
    }

    void released(String id, boolean done, long now) {
        if (phase == Phase.RELEASING && attempts.isCurrent(id)) {
            endTerm(now, done);
            plan(now);
        }
    }

    void stepDown(Duration coolDown, long now) {
        backOff.holdBack(now, Deadlines.nanos(coolDown));
        switch (phase) {
            case STARTING, LEADING -> stop(DemotionReason.STEPPED_DOWN, now);
            case STOPPING -> stop.bound(now);
            case CANDIDATE -> effects.stopSettled();
            case RELEASING, CLOSED -> {}
        }
        plan(now);
    }

    void close(long now) {
        if (wantClosed) {
            return;
        }
        wantClosed = true;
        switch (phase) {
            case CANDIDATE -> {
                if (attempts.mayBeGrantedUnseen()) {
                    beginRelease(now);
                } else {
                    becomeClosed();
                }
            }
            case STARTING, LEADING -> stop(DemotionReason.CLOSED, now);
            case STOPPING -> stop.bound(now);
            case RELEASING, CLOSED -> {}
        }
        plan(now);
    }

    // ---- having a lease or not

    private void repliedToCandidate(
            LeaseReply reply, long number, boolean awaited, long sent, long sentWall, long now, long wall) {
        if (reply instanceof LeaseReply.Held held) {
            trouble.over(now);
            Term next = new Term(spec.name(), identity, held.fencingToken(), Instant.ofEpochMilli(wall));
            LeaseView granted = durations.view(next, sent, sentWall);
            if (candidacy.accepts(granted, now, wall)) {
                phase = Phase.STARTING;
                stop.reset();
                tenure.begin(granted, number, sent, now);
                effects.elect(next);
            }
        } else if (awaited) {
            candidacy.refused(reply, now);
        }
    }

    private void checkLease(long now, long wall) {
        if (tenure.takeExpiry(now, wall)) {
            lost(DemotionReason.LEASE_EXPIRED, now);
        }
    }

    private void lost(DemotionReason reason, long now) {
        tenure.lose();
        // When the store itself says so another may be at work already, but stopping takes its time all the same.
        stop.watchForOverrun(reason == DemotionReason.LEASE_EXPIRED ? tenure.storeExpiry() : now + durations.margin());
        if (phase == Phase.STOPPING) {
            stop.worsen(reason);
            effects.hurry(reason);
        } else {
            stop(reason, now);
        }
    }

    // ---- stopping

    private void stop(DemotionReason reason, long now) {
        boolean starting = phase == Phase.STARTING;
        beginStop(reason, now);
        if (starting) {
            stop.interruptLater(now);
        } else {
            effects.demote(tenure.term(), reason);
        }
    }

    private void beginStop(DemotionReason reason, long now) {
        phase = Phase.STOPPING;
        stop.begin(reason);
        effects.cancelScope(reason);
        if (reason.leaseHeld() || wantClosed) {
            stop.bound(now);
        }
    }

    /** Renewals end and the lease is left to expire: giving it away now would let another start beside this work. */
    private void giveUpStop() {
        if (tenure.isHeld()) {
            tenure.letGo();
            stop.watchForOverrun(tenure.storeExpiry());
        }
        effects.stopSettled();
        if (wantClosed) {
            effects.closeGivenUp();
        }
    }

    private void beginRelease(long now) {
        phase = Phase.RELEASING;
        tenure.letGo();
        attempts.release(now);
    }

    private void endTerm(long now, boolean released) {
        DemotionReason reason = stop.reason();
        tenure.end(reason, released, now);
        attempts.abandonId(released, now);
        stop.reset();
        effects.stopSettled();
        if (wantClosed) {
            becomeClosed();
            return;
        }
        phase = Phase.CANDIDATE;
        if (reason == DemotionReason.START_FAILED) {
            backOff.holdBack(now, backOff.afterFailedStart());
        }
        candidacy.begin(now);
    }

    private void becomeClosed() {
        phase = Phase.CLOSED;
        closed = true;
        attempts.releaseGhost();
        effects.stopSettled();
        effects.closed();
    }

    private void attemptTimedOut(long now) {
        attempts.giveUp();
        if (phase == Phase.RELEASING) {
            endTerm(now, false);
            return;
        }
        trouble.noAnswer(spec.timing().attempt(), now);
        if (phase == Phase.CANDIDATE) {
            candidacy.timedOut(now);
        } else {
            tenure.timedOut(now);
        }
    }

    /** INVARIANT: every path that changes a point of time below ends here. */
    private void plan(long now) {
        if (phase == Phase.CLOSED) {
            return;
        }
        long idle = phase == Phase.CANDIDATE ? candidacy.nextWake(now) : Deadlines.never(now);
        long next = attempts.isInFlight() ? attempts.giveUpAt() : idle;
        effects.wakeAt(attempts.nextWake(stop.nextWake(tenure.nextWake(next))));
    }
}
