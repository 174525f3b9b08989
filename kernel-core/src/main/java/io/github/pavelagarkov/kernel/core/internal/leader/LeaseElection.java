package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a {@link LeaseMachine} decides: requests to the store, wake-ups, callbacks on threads of their own.
 *
 * <p>Everything that happens goes through {@link SerialQueue}: the machine is single-threaded without a thread, and an
 * answer of the store is acted upon by the thread that brings it.
 */
final class LeaseElection implements Election, LeaseEffects, LeaseBatcher.Recipient {
    private final ElectionSpec spec;
    private final String identity;
    private final LeadershipListener listener;
    private final LeaseEngine engine;
    private final Runnable onClosed;
    private final KernelClock clock;
    private final LeaseKey key;
    private final LeaseMachine machine;
    private final CallbackThread callback = new CallbackThread();
    private final SerialQueue queue = new SerialQueue();
    private final ClockGate settled;
    private final HeapTimer.Task wake = new HeapTimer.Task() {
        @Override
        protected void fire(long nowNanos) {
            queue.execute(LeaseElection.this::tick);
        }
    };

    private volatile boolean closed;
    private volatile boolean closeRequested;
    private volatile boolean stopGivenUp;

    /** INVARIANT: the fields below are touched inside the queue only. */
    private @Nullable Scope scope;

    private List<CompletableFuture<Void>> steppingDown = new ArrayList<>();

    LeaseElection(
            ElectionSpec spec, String identity, LeadershipListener listener, LeaseEngine engine, Runnable onClosed) {
        this.spec = spec;
        this.identity = identity;
        this.listener = listener;
        this.engine = engine;
        this.onClosed = onClosed;
        this.clock = engine.clock();
        this.key = LeaseKey.election(spec.name());
        this.settled = new ClockGate(clock);
        this.machine =
                new LeaseMachine(spec, identity, () -> UUID.randomUUID().toString(), ThreadLocalRandom.current(), this);
    }

    void start() {
        // Through the timer: ten thousand elections that join in a row share a few requests.
        queue.execute(() -> machine.started(clock.nanoTime()));
    }

    void notified() {
        queue.execute(() -> machine.notified(clock.nanoTime()));
    }

    /** The store may have forgotten to tell us something: look soon, together with all others. */
    void gap() {
        queue.execute(() -> machine.gap(clock.nanoTime()));
    }

    private void tick() {
        machine.tick(clock.nanoTime(), clock.wallMillis());
    }

    // ---- Election

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public ElectionSpec spec() {
        return spec;
    }

    @Override
    public boolean isLeader() {
        LeaseView view = machine.view();
        return view != null && view.holds(clock);
    }

    @Override
    public LeadershipStatus status() {
        return machine.status(isLeader());
    }

    @Override
    public Optional<Term> term() {
        LeaseView view = machine.view();
        return view != null && view.holds(clock) ? Optional.of(view.term()) : Optional.empty();
    }

    @Override
    public Duration remaining() {
        LeaseView view = machine.view();
        return view != null && view.holds(clock) ? Deadlines.left(clock, view.untilNanos()) : Duration.ZERO;
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> currentLeader() {
        return LeaderQuery.ask(engine, key, spec.timing().attempt());
    }

    @Override
    public CompletionStage<Void> stepDown(Duration coolDown) {
        Check.notNegative("coolDown of election '" + name() + "'", coolDown);
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closeRequested) {
            throw new IllegalStateException("election '" + name() + "' is closed, cannot step down");
        }
        queue.execute(() -> {
            steppingDown.add(done);
            if (closed) {
                stopSettled();
            } else {
                machine.stepDown(coolDown, clock.nanoTime());
            }
        });
        return done.minimalCompletionStage();
    }

    @Override
    public void close() {
        requestClose();
        if (!isCallbackThread()) {
            awaitClosed();
        }
    }

    void requestClose() {
        closeRequested = true;
        queue.execute(() -> machine.close(clock.nanoTime()));
    }

    void awaitClosed() {
        Duration most = spec.stopTimeout().plus(spec.timing().attempt());
        try {
            settled.await(() -> closed || stopGivenUp, Deadlines.after(clock, most));
        } catch (InterruptedException e) {
            // Closing goes on without the caller; it is told by its flag.
            Thread.currentThread().interrupt();
        }
    }

    boolean isClosed() {
        return closed;
    }

    boolean isCallbackThread() {
        return callback.isCurrent() || (listener instanceof SubsystemRunner runner && runner.isStopThread());
    }

    // ---- LeaseEffects, inside the queue

    @Override
    public void send(LeaseRequest request, long attempt) {
        engine.batcher().send(request, attempt, this);
    }

    @Override
    public void answered(LeaseRequest request, long attempt, LeaseReply reply, long sentNanos, long sentWall) {
        queue.execute(() ->
                machine.replied(request, attempt, reply, sentNanos, sentWall, clock.nanoTime(), clock.wallMillis()));
    }

    @Override
    public void release(String leaseId) {
        CompletionStage<Boolean> released;
        try {
            released = Objects.requireNonNull(engine.store().release(key, leaseId), "the store returned null");
        } catch (RuntimeException | Error e) {
            queue.execute(() -> machine.released(leaseId, false, clock.nanoTime()));
            return;
        }
        var unused = released.whenComplete((done, error) -> queue.execute(
                () -> machine.released(leaseId, error == null && Boolean.TRUE.equals(done), clock.nanoTime())));
    }

    @Override
    public void wakeAt(long nanos) {
        engine.timer().schedule(wake, nanos);
    }

    @Override
    public void elect(Term term) {
        Scope current = new Scope(term);
        scope = current;
        engine.execute("kernel-leader-" + name(), () -> {
            Throwable error = callback.call(() -> listener.onElected(current));
            queue.execute(() -> machine.electedReturned(error, clock.nanoTime()));
        });
    }

    @Override
    public void cancelScope(DemotionReason reason) {
        Scope current = scope;
        if (current != null) {
            CancelReason why = reason.leaseHeld() ? CancelReason.STOP : CancelReason.LEADERSHIP_LOST;
            // The actions are a user's and may block; this thread may be the timer's or the store's.
            current.token.cancel(why, actions -> engine.execute("kernel-leader-" + name(), actions));
        }
    }

    @Override
    public void interruptCallback() {
        callback.interrupt();
    }

    @Override
    public void demote(Term term, DemotionReason reason) {
        engine.execute("kernel-leader-" + name(), () -> {
            Throwable error = callback.call(() -> listener.onDemoted(term, reason));
            queue.execute(() -> machine.demotedReturned(error, clock.nanoTime()));
        });
    }

    @Override
    public void hurry(DemotionReason reason) {
        if (listener instanceof SubsystemRunner runner) {
            runner.hurry(reason);
        }
    }

    @Override
    public void overrun(Term term) {
        CallbackThread.Where where = workAt();
        engine.events().publish(() -> new LeaderEvent.WorkOverrun(term, where.thread(), where.frames()));
        // On a thread of its own: a reaction that blocks or throws must not stop the renewals of others.
        engine.execute("kernel-overrun-" + name(), () -> engine.overruns().onOverrun(spec, term));
    }

    /** Where the work is, not where it is waited for. */
    private CallbackThread.Where workAt() {
        return listener instanceof SubsystemRunner runner
                ? runner.stoppingAt().orElseGet(callback::where)
                : callback.where();
    }

    @Override
    public void stopSettled() {
        List<CompletableFuture<Void>> done = steppingDown;
        if (!done.isEmpty()) {
            steppingDown = new ArrayList<>();
            // On a thread of its own: what callers have chained to it may block, or wait for this very queue.
            engine.execute("kernel-leader-" + name(), () -> done.forEach(future -> future.complete(null)));
        }
    }

    @Override
    public void closeGivenUp() {
        stopGivenUp = true;
        settled.signalAll();
    }

    @Override
    public void closed() {
        engine.timer().cancel(wake);
        // First, so that who was told that this election is closed can join it again.
        onClosed.run();
        closed = true;
        settled.signalAll();
    }

    @Override
    public void publish(Supplier<LeaderEvent> event) {
        engine.events().publish(event);
    }

    @Override
    public String toString() {
        return "election " + name() + " as " + identity + " " + status();
    }

    private final class Scope implements LeaderScope {
        private final Term term;
        private final CancellationSource token = new CancellationSource(clock);

        Scope(Term term) {
            this.term = term;
        }

        @Override
        public Term term() {
            return term;
        }

        @Override
        public boolean isActive() {
            LeaseView view = machine.view();
            return !token.isCancelled() && view != null && isOf(view) && view.holds(clock);
        }

        private boolean isOf(LeaseView view) {
            return view.term().fencingToken() == term.fencingToken();
        }

        @Override
        public CancellationToken cancellation() {
            return token;
        }
    }
}
