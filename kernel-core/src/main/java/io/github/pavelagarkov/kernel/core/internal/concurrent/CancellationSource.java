package io.github.pavelagarkov.kernel.core.internal.concurrent;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The side of a token that cancels. Thread-safe. */
public final class CancellationSource implements CancellationToken {
    private final KernelClock clock;
    private volatile @Nullable CancelReason reason;
    /** Actions to call; null until there is one, most tokens never have any. INVARIANT: guarded by lock. */
    private @Nullable List<Action> actions;

    private final Object lock = new Object();

    /** One registration; not the runnable itself, because the same one may be registered twice. */
    private static final class Action {
        final Runnable runnable;

        Action(Runnable runnable) {
            this.runnable = runnable;
        }
    }

    /**
     * Creates a token that is not cancelled.
     *
     * @param clock for {@link #sleep}
     */
    public CancellationSource(KernelClock clock) {
        this.clock = clock;
    }

    /**
     * Cancels, once.
     *
     * @param why told to everybody who asks
     * @return whether this call did it
     */
    public boolean cancel(CancelReason why) {
        return cancel(why, Runnable::run);
    }

    /**
     * Cancels, once, and lets another thread call the actions: for who must not wait for them.
     *
     * @param why told to everybody who asks, from now on
     * @param executor runs the actions; not used if there are none
     * @return whether this call did it
     */
    public boolean cancel(CancelReason why, Executor executor) {
        List<Action> toCall;
        synchronized (lock) {
            if (reason != null) {
                return false;
            }
            reason = why;
            toCall = actions == null ? List.of() : actions;
            actions = null;
        }
        if (!toCall.isEmpty()) {
            executor.execute(() -> toCall.forEach(action -> call(action.runnable)));
        }
        return true;
    }

    private static void call(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            // The contract says that what an action throws is dropped: who cancels must not fail for it.
            return;
        }
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
        CancelReason why = reason;
        if (why != null) {
            throw new CancellationException("cancelled: " + why);
        }
    }

    @Override
    public Registration onCancel(Runnable runnable) {
        synchronized (lock) {
            if (reason == null) {
                if (actions == null) {
                    actions = new ArrayList<>(2);
                }
                Action action = new Action(runnable);
                actions.add(action);
                return () -> remove(action);
            }
        }
        call(runnable);
        return () -> false;
    }

    private boolean remove(Action action) {
        synchronized (lock) {
            return actions != null && actions.remove(action);
        }
    }

    @Override
    public boolean sleep(Duration atMost) throws InterruptedException {
        long until = Deadlines.after(clock, atMost);
        ClockGate gate = new ClockGate(clock);
        try (Registration wake = onCancel(gate::signalAll)) {
            return !gate.await(this::isCancelled, until);
        }
    }
}
