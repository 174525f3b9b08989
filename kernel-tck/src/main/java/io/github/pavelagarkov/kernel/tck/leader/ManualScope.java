package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A term as its work sees it, and the token that ends the work. Thread-safe. */
final class ManualScope implements LeaderScope, CancellationToken {
    private final Term term;
    private final KernelClock clock;
    private final BooleanSupplier leads;
    private final Set<Thread> asleep = ConcurrentHashMap.newKeySet();

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock; empty once cancelled. */
    private final List<Runnable> actions = new ArrayList<>();

    private volatile @Nullable CancelReason reason;

    ManualScope(Term term, KernelClock clock, BooleanSupplier leads) {
        this.term = term;
        this.clock = clock;
        this.leads = leads;
    }

    /** Cancels the token. Whoever has cancelled before wins. */
    void end(CancelReason why) {
        List<Runnable> toCall;
        synchronized (lock) {
            if (reason != null) {
                return;
            }
            reason = why;
            toCall = List.copyOf(actions);
            actions.clear();
        }
        asleep.forEach(clock::unpark);
        toCall.forEach(ManualScope::call);
    }

    private static void call(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            // The contract says that it is dropped: an action must not keep an election from ending.
            return;
        }
    }

    @Override
    public Term term() {
        return term;
    }

    @Override
    public boolean isActive() {
        return reason == null && leads.getAsBoolean();
    }

    @Override
    public CancellationToken cancellation() {
        return this;
    }

    @Override
    public boolean isCancelled() {
        return reason != null;
    }

    @Override
    public Optional<CancelReason> reason() {
        return Optional.ofNullable(reason);
    }

    @Override
    public void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException(
                    "election '" + term.election() + "': term " + term.fencingToken() + " ends");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (lock) {
            if (reason == null) {
                actions.add(action);
                return () -> takeBack(action);
            }
        }
        call(action);
        return () -> false;
    }

    private boolean takeBack(Runnable action) {
        synchronized (lock) {
            return actions.remove(action);
        }
    }

    @Override
    public boolean sleep(Duration atMost) throws InterruptedException {
        long until = clock.nanoTime() + atMost.toNanos();
        asleep.add(Thread.currentThread());
        try {
            while (!isCancelled() && clock.nanoTime() - until < 0) {
                clock.park(until);
            }
            return !isCancelled();
        } finally {
            asleep.remove(Thread.currentThread());
        }
    }
}
