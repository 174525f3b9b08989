package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
 * <p>{@link LeaseAttempts} knows what is under way, {@link LeaseBackOff} when not to compete, {@link LeaseStop} what is due
 * while work stops, {@link LeaseTrouble} what the store did wrong.
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
    private final RandomGenerator random;
    private final LeaseEffects effects;
    private final LeaseDurations durations;
    private final LeaseAttempts attempts;
    private final LeaseBackOff backOff;
    private final LeaseStop stop;
    private final LeaseTrouble trouble;

    private Phase phase = Phase.CANDIDATE;
    private volatile boolean closed;
    private volatile @Nullable LeaseView view;

    private @Nullable Term term;
    private long termStarted;
    /** Whether the lease is ours to renew and to give back. False after a loss, and after a stop that took too long. */
    private boolean leaseHeld;
    /** When the store forgets the lease at the earliest if nobody renews it. */
    private long storeExpiry;

    private long nextTry;
    private boolean lookAgain;
    private boolean wantClosed;

    LeaseMachine(
            ElectionSpec spec,
            String identity,
            Supplier<String> leaseIds,
            RandomGenerator random,
            LeaseEffects effects) {
        this.spec = spec;
        this.identity = identity;
        this.random = random;
        this.effects = effects;
        this.durations = LeaseDurations.of(spec.timing());
        this.attempts = new LeaseAttempts(spec, identity, leaseIds, durations.attempt(), effects);
        this.backOff = new LeaseBackOff(spec, durations, random);
        this.stop = new LeaseStop(spec.stopTimeout());
        this.trouble = new LeaseTrouble(spec.name(), effects);
    }

    // ---- what any thread may read

    @Nullable
    LeaseView view() {
        return view;
    }

    LeadershipStatus status(boolean leads) {
        if (closed) {
            return new LeadershipStatus.Stopped();
        }
        LeaseView current = view;
        Optional<Throwable> cause = trouble.cause();
        if (leads && current != null) {
            return new LeadershipStatus.Leader(current.term(), cause);
        }
        return cause.<LeadershipStatus>map(LeadershipStatus.Unknown::new).orElseGet(LeadershipStatus.Follower::new);
    }

    // ---- what happens

    void started(long now) {
        nextTry = now;
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
            effects.overrun(currentTerm());
        }
        attempts.tick(now);
        trySend(now);
        plan(now);
    }

    /** A release was told: look now, or as soon as the answer under way is in. */
    void notified(long now) {
        if (phase == Phase.CANDIDATE && !backOff.isHolding(now)) {
            lookAgain = attempts.isInFlight();
            nextTry = now;
            trySend(now);
            plan(now);
        }
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
        } else if (leaseHeld) {
            repliedToHolder(reply, number, awaited, sentNanos, sentWall, now, wall);
        }
        plan(now);
    }

    void electedReturned(@Nullable Throwable error, long now) {
        stop.callbackReturned();
        Term current = currentTerm();
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
            Term current = currentTerm();
            effects.publish(() -> new LeaderEvent.CallbackFailed(current, "onDemoted", error));
        }
        view = null;
        if (leaseHeld) {
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

    // ---- candidate

    private void repliedToCandidate(
            LeaseReply reply, long number, boolean awaited, long sent, long sentWall, long now, long wall) {
        if (reply instanceof LeaseReply.Held held) {
            trouble.over(now);
            granted(held, number, sent, sentWall, now, wall);
        } else if (!awaited) {
            return;
        } else if (reply instanceof LeaseReply.Taken taken) {
            backOff.attemptSucceeded();
            taken(taken.remaining(), now);
        } else {
            trouble.failed(reply, now);
            nextTry = now + backOff.afterFailedAttempt();
        }
    }

    private void taken(Optional<Duration> remaining, long now) {
        if (remaining.isEmpty()) {
            trouble.neverExpires(now);
            nextTry = now + durations.pollMax();
        } else {
            trouble.over(now);
            nextTry = durations.lookAt(now, remaining.get());
        }
        if (lookAgain) {
            lookAgain = false;
            nextTry = now;
        }
    }

    private void granted(LeaseReply.Held held, long number, long sent, long sentWall, long now, long wall) {
        Term next = new Term(spec.name(), identity, held.fencingToken(), Instant.ofEpochMilli(wall));
        LeaseView granted = view(sent, sentWall, next);
        if (backOff.isHolding(now) || !granted.holds(now, wall)) {
            // Too late to be of use.
            attempts.abandonId(false, now);
            nextTry = backOff.notBefore(now, now + durations.pause());
            return;
        }
        attempts.giveUp();
        backOff.attemptSucceeded();
        stop.reset();
        phase = Phase.STARTING;
        term = next;
        termStarted = now;
        leaseHeld = true;
        moveLease(granted, number, sent, now);
        effects.publish(() -> new LeaderEvent.Acquired(next));
        effects.elect(next);
    }

    // ---- holder

    private void repliedToHolder(
            LeaseReply reply, long number, boolean awaited, long sent, long sentWall, long now, long wall) {
        checkLease(now, wall);
        if (!leaseHeld) {
            return;
        }
        Term current = currentTerm();
        if (reply instanceof LeaseReply.Held held && held.fencingToken() > current.fencingToken()) {
            // A late request of ours has taken a lease that was lost meanwhile, perhaps to another and back.
            lost(DemotionReason.KEY_LOST, now);
        } else if (reply instanceof LeaseReply.Held) {
            trouble.over(now);
            LeaseView moved = view(sent, sentWall, current);
            LeaseView before = view;
            if (before == null || moved.untilNanos() - before.untilNanos() > 0) {
                moveLease(moved, number, sent, now);
            }
        } else if (attempts.isOvertaken(number)) {
            return;
        } else if (reply instanceof LeaseReply.Taken) {
            lost(DemotionReason.TAKEN_OVER, now);
        } else if (reply instanceof LeaseReply.Free) {
            lost(DemotionReason.KEY_LOST, now);
        } else if (awaited) {
            trouble.failed(reply, now);
            nextTry = now + durations.pause();
        }
    }

    private LeaseView view(long sentNanos, long sentWall, Term of) {
        return new LeaseView(of, sentNanos + durations.trust(), sentWall + durations.trustMillis());
    }

    private void moveLease(LeaseView moved, long number, long sent, long now) {
        view = moved;
        attempts.granted(number);
        storeExpiry = moved.untilNanos() + durations.margin();
        nextTry = durations.renewAt(now, sent, random);
    }

    private void checkLease(long now, long wall) {
        LeaseView current = view;
        if (current != null && !current.holds(now, wall)) {
            view = null;
            if (leaseHeld) {
                lost(DemotionReason.LEASE_EXPIRED, now);
            }
        }
    }

    private void lost(DemotionReason reason, long now) {
        view = null;
        leaseHeld = false;
        // When the store itself says so another may be at work already, but stopping takes its time all the same.
        stop.watchForOverrun(reason == DemotionReason.LEASE_EXPIRED ? storeExpiry : now + durations.margin());
        if (phase == Phase.STARTING || phase == Phase.LEADING) {
            stop(reason, now);
        }
    }

    // ---- stopping

    private void stop(DemotionReason reason, long now) {
        boolean starting = phase == Phase.STARTING;
        beginStop(reason, now);
        if (starting) {
            // onDemoted follows when onElected has returned.
            stop.interruptLater(now);
        } else {
            effects.demote(currentTerm(), reason);
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
        if (leaseHeld) {
            leaseHeld = false;
            stop.watchForOverrun(storeExpiry);
        }
        effects.stopSettled();
        if (wantClosed) {
            effects.closeGivenUp();
        }
    }

    private void beginRelease(long now) {
        phase = Phase.RELEASING;
        leaseHeld = false;
        attempts.release(now);
    }

    private void endTerm(long now, boolean released) {
        Term over = term;
        DemotionReason reason = stop.reason();
        if (over != null && reason != null) {
            Duration held = Duration.ofNanos(now - termStarted);
            effects.publish(() -> new LeaderEvent.Lost(over, reason, held, released));
        }
        attempts.abandonId(released, now);
        stop.reset();
        term = null;
        leaseHeld = false;
        lookAgain = false;
        effects.stopSettled();
        if (wantClosed) {
            becomeClosed();
            return;
        }
        phase = Phase.CANDIDATE;
        if (reason == DemotionReason.START_FAILED) {
            backOff.holdBack(now, backOff.afterFailedStart());
        }
        nextTry = backOff.notBefore(now, now);
    }

    private void becomeClosed() {
        phase = Phase.CLOSED;
        closed = true;
        view = null;
        attempts.releaseGhost();
        effects.stopSettled();
        effects.closed();
    }

    // ---- attempts

    private void trySend(long now) {
        if (attempts.isInFlight() || now - nextTry < 0) {
            return;
        }
        if (phase == Phase.CANDIDATE) {
            if (!backOff.isHolding(now)) {
                attempts.send(Mode.ACQUIRE, now);
            }
        } else if (leaseHeld) {
            attempts.send(Mode.RENEW, now);
        }
    }

    private void attemptTimedOut(long now) {
        attempts.giveUp();
        if (phase == Phase.RELEASING) {
            endTerm(now, false);
            return;
        }
        trouble.noAnswer(spec.timing().attempt(), now);
        nextTry = now + (phase == Phase.CANDIDATE ? backOff.afterFailedAttempt() : durations.pause());
    }

    private Term currentTerm() {
        Term current = term;
        if (current == null) {
            throw new IllegalStateException("election '" + spec.name() + "' has no term in phase " + phase);
        }
        return current;
    }

    /** INVARIANT: every path that changes a point of time below ends here. */
    private void plan(long now) {
        if (phase == Phase.CLOSED) {
            return;
        }
        long next = Deadlines.never(now);
        if (attempts.isInFlight()) {
            next = LeaseDurations.earlier(next, attempts.giveUpAt());
        } else if (phase == Phase.CANDIDATE) {
            next = LeaseDurations.earlier(next, backOff.notBefore(now, nextTry));
        } else if (leaseHeld) {
            next = LeaseDurations.earlier(next, nextTry);
        }
        LeaseView current = view;
        if (current != null) {
            next = LeaseDurations.earlier(next, current.untilNanos());
        }
        effects.wakeAt(attempts.nextWake(stop.nextWake(next)));
    }
}
