package io.github.pavelagarkov.kernel.core.internal.readiness;

import io.github.pavelagarkov.kernel.core.internal.event.ListenerTroubles;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.ReadinessListener;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes one listener along the versions of a barrier.
 *
 * <p>INVARIANT: at most one call in flight: only the thread that set {@code draining} follows the links, and who finds it set
 * may leave, because it is cleared before the last look at the next link. Thread-safe.
 */
final class ListenerCursor {
    private final ReadinessListener listener;
    private final Executor executor;
    private final ListenerTroubles troubles;
    private final Runnable onTrouble;
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile ReadinessVersion at;
    private volatile boolean removed;

    ListenerCursor(
            ReadinessListener listener,
            ReadinessVersion at,
            Executor executor,
            ListenerTroubles troubles,
            Runnable onTrouble) {
        this.listener = listener;
        this.at = at;
        this.executor = executor;
        this.troubles = troubles;
        this.onTrouble = onTrouble;
    }

    /** Has the listener told of the versions it has not seen. Never blocks, never throws. */
    void wake() {
        if (at.next == null || !draining.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (Throwable e) {
            // No thread to be had, not even outside the container: the next change tries again, nothing is lost.
            draining.set(false);
            troubles.failed(e);
            onTrouble.run();
        }
    }

    void remove() {
        removed = true;
    }

    private void drain() {
        do {
            for (ReadinessVersion next = at.next; next != null && !removed; next = at.next) {
                tell(at, next);
                at = next;
            }
            draining.set(false);
        } while (!removed && at.next != null && draining.compareAndSet(false, true));
    }

    private void tell(ReadinessVersion previous, ReadinessVersion current) {
        try {
            listener.onChange(previous.snapshot, current.snapshot);
        } catch (Throwable e) {
            troubles.failed(e);
            onTrouble.run();
        }
    }
}
