package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
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

    /** A lease that expires at its remaining time is free a moment later: servers count in milliseconds. */
    private static final long EXPIRY_SLACK = Duration.ofMillis(2).toNanos();

    private static final long INTERRUPT_AFTER = Duration.ofMillis(200).toNanos();

    private final ElectionSpec spec;
    private final LeaseKey key;
    private final String identity;
    private final Supplier<String> leaseIds;
    private final RandomGenerator random;
    private final LeaseEffects effects;
    private final LeaseTrouble trouble;

    private final long trustNanos;
    private final long trustMillis;
    private final long leaseNanos;
    private final long attemptNanos;
    private final long pauseNanos;
    private final long pollNanos;

    private Phase phase = Phase.CANDIDATE;
    private volatile boolean closed;
    private volatile @Nullable LeaseView view;

    /** Tells this attempt at a term from all others: a late answer or command for an old id can do no harm. */
    private String leaseId;

    private @Nullable Term term;
    private long termStarted;
    /** Whether the lease is ours to renew and to give back. False after a loss, and after a stop that took too long. */
    private boolean leaseHeld;
    /** When work that goes on has outlived the margin: the store forgets a lease at that time, if it has not before. */
    private long overrunAt;

    private long attempt;
    private long lastGranted;
    private boolean inFlight;
    private long inFlightSince;
    private int unansweredAcquires;
    private boolean lookAgain;

    private long nextTry;
    private int failedStarts;
    private long failureBackOff;
    private long holdUntil;
    private boolean holding;

    private boolean callbackRunning;
    private boolean interruptWanted;
    private long interruptAt;
    private boolean stopBounded;
    private long stopDeadline;
    private boolean overrunReported;
    private @Nullable DemotionReason stopReason;
    private boolean wantClosed;

    private @Nullable String ghostId;
    private long ghostAt;

    LeaseMachine(
            ElectionSpec spec,
            String identity,
            Supplier<String> leaseIds,
            RandomGenerator random,
            LeaseEffects effects) {
        this.spec = spec;
        this.key = LeaseKey.election(spec.name());
        this.identity = identity;
        this.leaseIds = leaseIds;
        this.random = random;
        this.effects = effects;
        this.leaseId = leaseIds.get();
        LeaseTiming timing = spec.timing();
        Duration trusted = timing.lease().minus(timing.margin());
        this.trustNanos = Deadlines.nanos(trusted);
        this.trustMillis = trusted.toMillis();
        this.leaseNanos = Deadlines.nanos(timing.lease());
        this.attemptNanos = Deadlines.nanos(timing.attempt());
        this.pauseNanos = Math.max(1, Deadlines.nanos(timing.pause()));
        this.pollNanos = Deadlines.nanos(timing.pollMax());
        this.failureBackOff = pauseNanos;
        this.trouble = new LeaseTrouble(
                spec.name(),
                new BackendUnavailableException("election '" + spec.name() + "' has had no answer from its store yet"),
                effects);
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
        if (inFlight && now - inFlightSince - attemptNanos >= 0) {
            attemptTimedOut(now);
        }
        if (interruptWanted && now - interruptAt >= 0) {
            interruptWanted = false;
            effects.interruptCallback();
        }
        if (stopBounded && now - stopDeadline >= 0) {
            giveUpStop();
        }
        if (isOverrun(now)) {
            overrunReported = true;
            Term over = currentTerm();
            effects.overrun(over);
        }
        String ghost = ghostId;
        if (ghost != null && now - ghostAt >= 0) {
            ghostId = null;
            effects.release(ghost);
        }
        trySend(now);
        plan(now);
    }

    /** A release was told: look now, or as soon as the answer under way is in. */
    void notified(long now) {
        if (phase == Phase.CANDIDATE && !isHolding(now)) {
            lookAgain = inFlight;
            nextTry = now;
            trySend(now);
            plan(now);
        }
    }

    void replied(
            LeaseRequest request, long number, LeaseReply reply, long sentNanos, long sentWall, long now, long wall) {
        boolean answersCurrent = inFlight && number == attempt;
        if (answersCurrent) {
            inFlight = false;
        }
        if (!request.leaseId().equals(leaseId) || phase == Phase.RELEASING || phase == Phase.CLOSED) {
            giveGhostBack(request, reply);
            return;
        }
        if (request.mode() == Mode.ACQUIRE && !(reply instanceof LeaseReply.Failed)) {
            unansweredAcquires--;
        }
        if (phase == Phase.CANDIDATE) {
            repliedToCandidate(reply, number, answersCurrent, sentNanos, sentWall, now, wall);
        } else if (leaseHeld) {
            repliedToHolder(reply, number, answersCurrent, sentNanos, sentWall, now, wall);
        }
        plan(now);
    }

    void electedReturned(@Nullable Throwable error, long now) {
        callbackRunning = false;
        interruptWanted = false;
        Term current = currentTerm();
        boolean told = phase == Phase.STOPPING;
        if (error != null && !(told && error instanceof InterruptedException)) {
            effects.publish(() -> new LeaderEvent.CallbackFailed(current, "onElected", error));
        }
        if (told) {
            startDemotion(reasonToStop());
        } else if (error == null) {
            phase = Phase.LEADING;
            failedStarts = 0;
        } else {
            failedStarts++;
            phase = Phase.STOPPING;
            beginStop(DemotionReason.START_FAILED, now);
            startDemotion(DemotionReason.START_FAILED);
        }
        plan(now);
    }

    void demotedReturned(@Nullable Throwable error, long now) {
        callbackRunning = false;
        stopBounded = false;
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

    /** From here on no answer to an earlier request counts: a renewal that was under way must not revive the lease. */
    private void beginRelease(long now) {
        phase = Phase.RELEASING;
        leaseHeld = false;
        attempt++;
        inFlight = true;
        inFlightSince = now;
        effects.release(leaseId);
    }

    void released(String id, boolean done, long now) {
        if (phase == Phase.RELEASING && id.equals(leaseId)) {
            inFlight = false;
            endTerm(now, done);
            plan(now);
        }
    }

    void stepDown(Duration coolDown, long now) {
        holdBack(now, Deadlines.nanos(coolDown));
        switch (phase) {
            case STARTING, LEADING -> stop(DemotionReason.STEPPED_DOWN, now);
            case STOPPING -> boundStop(now);
            case CANDIDATE -> effects.stopSettled();
            case RELEASING, CLOSED -> {}
        }
        plan(now);
    }

    /** The longer of two reasons not to compete wins. */
    private void holdBack(long now, long nanos) {
        holdUntil = isHolding(now) ? later(holdUntil, now + nanos) : now + nanos;
        holding = true;
    }

    void close(long now) {
        if (wantClosed) {
            return;
        }
        wantClosed = true;
        switch (phase) {
            case CANDIDATE -> {
                if (unansweredAcquires > 0) {
                    // The store may still grant what was asked for: take it back now, and once more when it must be
                    // through.
                    beginRelease(now);
                } else {
                    becomeClosed();
                }
            }
            case STARTING, LEADING -> stop(DemotionReason.CLOSED, now);
            case STOPPING -> boundStop(now);
            case RELEASING, CLOSED -> {}
        }
        plan(now);
    }

    // ---- candidate

    private void repliedToCandidate(
            LeaseReply reply, long number, boolean answersCurrent, long sent, long sentWall, long now, long wall) {
        if (reply instanceof LeaseReply.Held held) {
            trouble.over(now);
            granted(held, number, sent, sentWall, now, wall);
        } else if (!answersCurrent) {
            return;
        } else if (reply instanceof LeaseReply.Taken taken) {
            failureBackOff = pauseNanos;
            if (taken.remaining().isEmpty()) {
                trouble.report(neverExpires(), now);
                nextTry = now + pollNanos;
            } else {
                trouble.over(now);
                long expiry = Deadlines.nanos(taken.remaining().get()) + EXPIRY_SLACK;
                nextTry = expiry < pollNanos ? now + expiry : alignedDown(now, now + pollNanos, pollNanos);
            }
            if (lookAgain) {
                lookAgain = false;
                nextTry = now;
            }
        } else {
            failed(reply, now);
            nextTry = now + jittered(failureBackOff);
            failureBackOff = Math.min(failureBackOff * 2, Math.max(pauseNanos, pollNanos));
        }
    }

    private KernelException neverExpires() {
        return new KernelException(
                "the lease of election '" + spec.name()
                        + "' is held by somebody without an end: its key in the store never expires; delete it or give it a ttl");
    }

    private void granted(LeaseReply.Held held, long number, long sent, long sentWall, long now, long wall) {
        LeaseView granted =
                view(sent, sentWall, new Term(spec.name(), identity, held.fencingToken(), Instant.ofEpochMilli(wall)));
        inFlight = false;
        if (wantClosed || isHolding(now) || !granted.holds(now, wall)) {
            // Too late to be of use: give it back, and never use this id again.
            effects.release(leaseId);
            rememberGhost(now);
            leaseId = leaseIds.get();
            unansweredAcquires = 0;
            nextTry = isHolding(now) ? later(now + pauseNanos, holdUntil) : now + pauseNanos;
            return;
        }
        phase = Phase.STARTING;
        term = granted.term();
        termStarted = now;
        leaseHeld = true;
        overrunReported = false;
        failureBackOff = pauseNanos;
        holding = false;
        moveLease(granted, number, sent, now);
        callbackRunning = true;
        effects.publish(() -> new LeaderEvent.Acquired(granted.term()));
        effects.elect(granted.term());
    }

    // ---- holder

    private void repliedToHolder(
            LeaseReply reply, long number, boolean answersCurrent, long sent, long sentWall, long now, long wall) {
        checkLease(now, wall);
        if (!leaseHeld) {
            return;
        }
        if (reply instanceof LeaseReply.Held held
                && held.fencingToken() > currentTerm().fencingToken()) {
            // A late request of ours has taken a lease that was lost meanwhile, perhaps to another and back.
            lost(DemotionReason.KEY_LOST, now);
        } else if (reply instanceof LeaseReply.Held) {
            trouble.over(now);
            LeaseView moved = view(sent, sentWall, currentTerm());
            LeaseView before = view;
            if (before == null || moved.untilNanos() - before.untilNanos() > 0) {
                moveLease(moved, number, sent, now);
            }
        } else if (number < lastGranted) {
            // An older question than the last one that was granted: the answer has been overtaken.
            return;
        } else if (reply instanceof LeaseReply.Taken) {
            lost(DemotionReason.TAKEN_OVER, now);
        } else if (reply instanceof LeaseReply.Free) {
            lost(DemotionReason.KEY_LOST, now);
        } else if (answersCurrent) {
            failed(reply, now);
            nextTry = now + pauseNanos;
        }
    }

    private LeaseView view(long sentNanos, long sentWall, Term of) {
        return new LeaseView(of, sentNanos + trustNanos, sentWall + trustMillis);
    }

    private void moveLease(LeaseView moved, long number, long sent, long now) {
        view = moved;
        lastGranted = Math.max(lastGranted, number);
        overrunAt = sent + leaseNanos;
        long renew = Deadlines.nanos(spec.timing().renew());
        double jitter = spec.timing().jitter();
        long due = sent + (long) (renew * (1 + jitter * (random.nextDouble() * 2 - 1)));
        nextTry = alignedDown(now, due, renew);
    }

    /**
     * Rounds a point down to a grid of a fiftieth of the period, so that thousands of elections share one round trip.
     */
    private static long alignedDown(long now, long due, long period) {
        long aligned = due - Math.floorMod(due, Math.max(1, period / 50));
        return aligned - now > 0 ? aligned : due;
    }

    private void checkLease(long now, long wall) {
        LeaseView current = view;
        if (current != null && !current.holds(now, wall)) {
            if (leaseHeld) {
                lost(DemotionReason.LEASE_EXPIRED, now);
            } else {
                view = null;
            }
        }
    }

    private void lost(DemotionReason reason, long now) {
        view = null;
        leaseHeld = false;
        if (reason != DemotionReason.LEASE_EXPIRED) {
            // The store says so: whoever comes next may be at work already, but stopping takes its time all the same.
            overrunAt = now + leaseNanos - trustNanos;
        }
        if (phase == Phase.STARTING || phase == Phase.LEADING) {
            stop(reason, now);
        }
    }

    // ---- stopping

    private void stop(DemotionReason reason, long now) {
        boolean starting = phase == Phase.STARTING;
        phase = Phase.STOPPING;
        beginStop(reason, now);
        if (starting) {
            interruptWanted = true;
            interruptAt = now + INTERRUPT_AFTER;
        } else {
            startDemotion(reason);
        }
    }

    private void beginStop(DemotionReason reason, long now) {
        stopReason = reason;
        effects.cancelScope(reason);
        if (reason.leaseHeld() || wantClosed) {
            boundStop(now);
        }
    }

    private void boundStop(long now) {
        if (!stopBounded) {
            stopBounded = true;
            stopDeadline = now + Deadlines.nanos(spec.stopTimeout());
        }
    }

    private void startDemotion(DemotionReason reason) {
        callbackRunning = true;
        effects.demote(currentTerm(), reason);
    }

    /** Renewals end and the lease is left to expire: giving it away now would let another start beside this work. */
    private void giveUpStop() {
        stopBounded = false;
        leaseHeld = false;
        effects.stopSettled();
        if (wantClosed) {
            effects.closeGivenUp();
        }
    }

    private boolean isOverrun(long now) {
        return phase == Phase.STOPPING && callbackRunning && !leaseHeld && !overrunReported && now - overrunAt >= 0;
    }

    private void endTerm(long now, boolean released) {
        Term over = term;
        DemotionReason reason = stopReason;
        if (over != null && reason != null) {
            Duration held = Duration.ofNanos(now - termStarted);
            effects.publish(() -> new LeaderEvent.Lost(over, reason, held, released));
        }
        if (!released) {
            // No work runs under this id any longer, so whatever the store still keeps for it only delays the next
            // term.
            effects.release(leaseId);
        }
        rememberGhost(now);
        leaseId = leaseIds.get();
        unansweredAcquires = 0;
        lastGranted = 0;
        term = null;
        leaseHeld = false;
        stopReason = null;
        lookAgain = false;
        effects.stopSettled();
        if (wantClosed) {
            becomeClosed();
            return;
        }
        phase = Phase.CANDIDATE;
        if (reason == DemotionReason.START_FAILED) {
            holdBack(now, startBackOff());
        }
        nextTry = isHolding(now) ? holdUntil : now;
    }

    private long startBackOff() {
        long first = Deadlines.nanos(spec.backOff());
        long longest = Deadlines.nanos(spec.backOffMax());
        int doublings = Math.min(failedStarts - 1, 40);
        return jittered(longest >> doublings < first ? longest : first << doublings);
    }

    private void becomeClosed() {
        phase = Phase.CLOSED;
        closed = true;
        view = null;
        String ghost = ghostId;
        if (ghost != null) {
            ghostId = null;
            effects.release(ghost);
        }
        effects.stopSettled();
        effects.closed();
    }

    // ---- attempts

    private void trySend(long now) {
        if (inFlight || now - nextTry < 0) {
            return;
        }
        if (phase == Phase.CANDIDATE) {
            if (wantClosed || isHolding(now)) {
                return;
            }
            unansweredAcquires++;
            send(Mode.ACQUIRE, now);
        } else if (leaseHeld && phase != Phase.RELEASING && phase != Phase.CLOSED) {
            send(Mode.RENEW, now);
        }
    }

    private void send(Mode mode, long now) {
        attempt++;
        inFlight = true;
        inFlightSince = now;
        effects.send(
                new LeaseRequest(key, mode, leaseId, identity, spec.timing().lease()), attempt);
    }

    private void attemptTimedOut(long now) {
        inFlight = false;
        if (phase == Phase.RELEASING) {
            endTerm(now, false);
            return;
        }
        trouble.report(
                new BackendUnavailableException("the store of election '" + spec.name() + "' did not answer within "
                        + spec.timing().attempt()),
                now);
        nextTry = now + pauseNanos;
        if (phase == Phase.CANDIDATE) {
            nextTry = now + jittered(failureBackOff);
            failureBackOff = Math.min(failureBackOff * 2, Math.max(pauseNanos, pollNanos));
        }
    }

    private void failed(LeaseReply reply, long now) {
        Throwable cause = reply instanceof LeaseReply.Failed failure
                ? failure.cause()
                : new BackendUnavailableException("the store of election '" + spec.name() + "' answered " + reply);
        trouble.report(cause, now);
    }

    /** What is still under way may be granted after all: take it back once more when it must be through. */
    private void rememberGhost(long now) {
        if (unansweredAcquires > 0) {
            ghostId = leaseId;
            ghostAt = now + attemptNanos;
        }
    }

    private void giveGhostBack(LeaseRequest request, LeaseReply reply) {
        if (reply instanceof LeaseReply.Held && request.mode() == Mode.ACQUIRE) {
            // Granted after we had stopped asking with this id: nobody works under it.
            effects.release(request.leaseId());
        }
    }

    // ---- helpers

    private boolean isHolding(long now) {
        return holding && now - holdUntil < 0;
    }

    private long jittered(long nanos) {
        return nanos + (long) (nanos * spec.timing().jitter() * random.nextDouble());
    }

    private Term currentTerm() {
        Term current = term;
        if (current == null) {
            throw new IllegalStateException("election '" + spec.name() + "' has no term in phase " + phase);
        }
        return current;
    }

    private DemotionReason reasonToStop() {
        DemotionReason reason = stopReason;
        return reason != null ? reason : DemotionReason.CLOSED;
    }

    /** INVARIANT: every path that changes a point of time below ends here. */
    private void plan(long now) {
        if (phase == Phase.CLOSED) {
            return;
        }
        long next = Deadlines.never(now);
        if (inFlight) {
            next = earlier(next, inFlightSince + attemptNanos);
        } else if (phase == Phase.CANDIDATE) {
            next = earlier(next, isHolding(now) ? holdUntil : nextTry);
        } else if (leaseHeld) {
            next = earlier(next, nextTry);
        }
        LeaseView current = view;
        if (current != null) {
            next = earlier(next, current.untilNanos());
        }
        if (interruptWanted) {
            next = earlier(next, interruptAt);
        }
        if (stopBounded) {
            next = earlier(next, stopDeadline);
        }
        if (phase == Phase.STOPPING && callbackRunning && !leaseHeld && !overrunReported) {
            next = earlier(next, overrunAt);
        }
        if (ghostId != null) {
            next = earlier(next, ghostAt);
        }
        effects.wakeAt(next);
    }

    private static long later(long a, long b) {
        return b - a > 0 ? b : a;
    }

    private static long earlier(long a, long b) {
        return b - a < 0 ? b : a;
    }
}
