package io.github.pavelagarkov.kernel;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The side of a token that cancels, for whoever runs the work: an engine, an elector or a scheduler of one's own.
 *
 * <p>Keep it: who has the source can cancel. As a {@link CancellationToken} it is what the work gets to see.
 *
 * <p>Cancelling interrupts nobody. It calls the actions one after the other, without holding a lock, and drops what they
 * throw. Thread-safe.
 */
public final class CancellationSource implements CancellationToken {
    /** Far enough for every wait, near enough for readings of the clock to be subtracted. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

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
        this.clock = Check.notNull("clock", clock);
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
     * @param executor runs the actions; not used if there are none. What it throws is thrown, after the calling thread has
     *     called them
     * @return whether this call did it
     */
    public boolean cancel(CancelReason why, Executor executor) {
        Check.notNull("reason", why);
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
            try {
                executor.execute(() -> call(toCall));
            } catch (RuntimeException | Error e) {
                // Nobody will come a second time: who sleeps must wake up.
                call(toCall);
                throw e;
            }
        }
        return true;
    }

    private static void call(List<Action> actions) {
        actions.forEach(action -> call(action.runnable));
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
        Check.notNull("action", runnable);
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
        if (isCancelled()) {
            return false;
        }
        Thread self = Thread.currentThread();
        long until = clock.nanoTime() + nanos(atMost);
        try (Registration wake = onCancel(() -> clock.unpark(self))) {
            while (!isCancelled()) {
                if (clock.nanoTime() - until >= 0) {
                    return true;
                }
                clock.park(until);
            }
            return false;
        }
    }

    private static long nanos(Duration duration) {
        return duration.isNegative() ? 0 : (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
    }
}
