package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderUnknownException;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One election of a {@link ManualLeaderElector}. Its terms are worked off by a {@link ManualTermLoop}. Thread-safe. */
final class ManualElection implements Election {
    private final ElectionSpec spec;
    private final ManualLeaderElector elector;
    private final KernelClock clock;
    private final ManualTermLoop loop;

    private final Object lock = new Object();
    /** Written with the lock held. */
    private volatile @Nullable ManualTenure tenure;

    private volatile boolean closing;
    /** INVARIANT: guarded by lock, as all below. */
    private List<CompletableFuture<Void>> stepsDown = new ArrayList<>();

    private long holdBackUntil;
    private int failedStarts;
    private boolean cutOff;
    private long cutOffNanos;

    ManualElection(ElectionSpec spec, LeadershipListener listener, ManualLeaderElector elector) {
        this.spec = spec;
        this.elector = elector;
        this.clock = elector.clock();
        this.holdBackUntil = clock.nanoTime();
        this.loop = new ManualTermLoop(this, listener, elector);
    }

    void start() {
        elector.trouble().ifPresent(this::cutOff);
        loop.start();
    }

    // ---- decisions of the test

    void grant() {
        synchronized (lock) {
            requireOpen();
            ManualTenure before = tenure;
            if (before != null) {
                throw new IllegalStateException("election '" + name() + "' "
                        + before.reason()
                                .map(reason -> "still stops the work of term "
                                        + before.term().fencingToken())
                                .orElse("is led here already, in term "
                                        + before.term().fencingToken()));
            }
            long holdsBack = holdBackUntil - clock.nanoTime();
            if (holdsBack > 0) {
                throw new IllegalStateException("election '" + name() + "' holds back for another "
                        + Duration.ofNanos(holdsBack) + ", after a step-down or a failed start");
            }
            Term term = new Term(
                    name(), elector.identity(), elector.nextToken(name()), Instant.ofEpochMilli(clock.wallMillis()));
            tenure = new ManualTenure(term, spec.timing(), clock);
        }
        loop.wake();
    }

    void revoke(DemotionReason reason) {
        ManualTenure led = tenure;
        if (led == null || !led.lose(reason)) {
            throw new IllegalStateException("election '" + name() + "' is not led here");
        }
        loop.leaseLost(reason);
    }

    boolean isLed() {
        ManualTenure led = tenure;
        return led != null && led.lost().isEmpty();
    }

    void cutOff(Throwable cause) {
        synchronized (lock) {
            if (cutOff) {
                // It goes on with another cause.
                return;
            }
            cutOff = true;
            cutOffNanos = clock.nanoTime();
        }
        tenure().ifPresent(ManualTenure::cutOff);
        elector.publish(new LeaderEvent.Trouble(name(), cause));
        loop.wake();
    }

    void reconnect() {
        Duration after;
        synchronized (lock) {
            cutOff = false;
            after = Duration.ofNanos(clock.nanoTime() - cutOffNanos);
        }
        tenure().ifPresent(ManualTenure::keep);
        // As many as one would have made who asks again and again.
        Duration each = spec.timing().attempt().plus(spec.timing().pause());
        elector.publish(new LeaderEvent.Recovered(name(), after, 1 + after.dividedBy(each)));
        loop.wake();
    }

    // ---- what the loop needs

    Optional<ManualTenure> tenure() {
        return Optional.ofNullable(tenure);
    }

    boolean isClosing() {
        return closing;
    }

    /** Takes note of the end of a term, its work included. */
    void ended(DemotionReason reason) {
        synchronized (lock) {
            if (reason == DemotionReason.START_FAILED) {
                long factor = 1L << Math.min(failedStarts++, 30);
                Duration holdBack = spec.backOffMax().dividedBy(factor).compareTo(spec.backOff()) < 0
                        ? spec.backOffMax()
                        : spec.backOff().multipliedBy(factor);
                holdBackUntil = clock.nanoTime() + holdBack.toNanos();
            } else {
                failedStarts = 0;
            }
            tenure = null;
        }
    }

    /** Tells those who asked for a step-down that leadership is given up, or cannot be. */
    void completeStepsDown() {
        List<CompletableFuture<Void>> toComplete;
        synchronized (lock) {
            toComplete = stepsDown;
            stepsDown = new ArrayList<>();
        }
        toComplete.forEach(stepDown -> stepDown.complete(null));
    }

    // ---- what the service calls

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public ElectionSpec spec() {
        return spec;
    }

    @Override
    public LeadershipStatus status() {
        ManualTenure led = tenure;
        if (led != null && led.holds()) {
            return new LeadershipStatus.Leader(led.term(), elector.trouble());
        }
        if (closing) {
            return new LeadershipStatus.Stopped();
        }
        return elector.trouble()
                .map(cause -> (LeadershipStatus) new LeadershipStatus.Unknown(cause))
                .orElseGet(LeadershipStatus.Follower::new);
    }

    @Override
    public boolean isLeader() {
        ManualTenure led = tenure;
        return led != null && led.holds();
    }

    @Override
    public Optional<Term> term() {
        return tenure().filter(ManualTenure::holds).map(ManualTenure::term);
    }

    @Override
    public Duration remaining() {
        return tenure().map(ManualTenure::remaining).orElse(Duration.ZERO);
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> currentLeader() {
        Optional<Throwable> trouble = elector.trouble();
        if (trouble.isPresent()) {
            return CompletableFuture.failedFuture(new LeaderUnknownException(
                    "the leader of election '" + name() + "' is not known: " + trouble.get(), trouble.get()));
        }
        return CompletableFuture.completedFuture(elector.other(name())
                .or(() -> term().map(term -> new LeaderInfo(term.identity(), OptionalLong.of(term.fencingToken())))));
    }

    @Override
    public CompletionStage<Void> stepDown(Duration coolDown) {
        Check.notNegative("coolDown of election '" + name() + "'", coolDown);
        CompletableFuture<Void> done = new CompletableFuture<>();
        ManualTenure led;
        synchronized (lock) {
            requireOpen();
            holdBackUntil = clock.nanoTime() + coolDown.toNanos();
            led = tenure;
            if (led != null) {
                stepsDown.add(done);
            }
        }
        if (led == null) {
            done.complete(null);
            return done;
        }
        led.end(DemotionReason.STEPPED_DOWN);
        loop.wake();
        return done;
    }

    private void requireOpen() {
        if (closing) {
            throw new IllegalStateException("election '" + name() + "' is closed");
        }
    }

    void requestClose() {
        ManualTenure led;
        synchronized (lock) {
            closing = true;
            led = tenure;
        }
        if (led != null) {
            led.end(DemotionReason.CLOSED);
        }
        loop.wake();
    }

    void awaitClosed() {
        loop.awaitEnd(clock.nanoTime()
                + spec.stopTimeout().plus(spec.timing().attempt()).toNanos());
    }

    @Override
    public void close() {
        requestClose();
        awaitClosed();
    }

    @Override
    public String toString() {
        return "election '" + name() + "' of " + elector;
    }
}
