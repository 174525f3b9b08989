package io.github.pavelagarkov.kernel.examples.ownelector;

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

/** One term as its work sees it, and the token that tells the work to end. Thread-safe. */
final class TermScope implements LeaderScope, CancellationToken {
    private final Term term;
    private final KernelClock clock;
    private final BooleanSupplier leads;
    private final Set<Thread> sleepers = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock; empty once cancelled. */
    private final List<Runnable> actions = new ArrayList<>();

    private volatile @Nullable CancelReason reason;

    TermScope(Term term, KernelClock clock, BooleanSupplier leads) {
        this.term = term;
        this.clock = clock;
        this.leads = leads;
    }

    void cancel(CancelReason why) {
        List<Runnable> told;
        synchronized (lock) {
            if (reason != null) {
                return;
            }
            reason = why;
            told = List.copyOf(actions);
            actions.clear();
        }
        sleepers.forEach(clock::unpark);
        told.forEach(TermScope::run);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            // The contract drops it: an action must not end the election.
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
                    "term " + term.fencingToken() + " of election '" + term.election() + "' ends");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (lock) {
            if (reason == null) {
                actions.add(action);
                return () -> {
                    synchronized (lock) {
                        return actions.remove(action);
                    }
                };
            }
        }
        run(action);
        return () -> false;
    }

    @Override
    public boolean sleep(Duration atMost) throws InterruptedException {
        long until = clock.nanoTime() + atMost.toNanos();
        sleepers.add(Thread.currentThread());
        try {
            while (!isCancelled()) {
                if (clock.nanoTime() - until >= 0) {
                    return true;
                }
                clock.park(until);
            }
            return false;
        } finally {
            sleepers.remove(Thread.currentThread());
        }
    }
}
