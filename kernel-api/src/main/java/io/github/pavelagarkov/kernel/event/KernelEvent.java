package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.util.Optional;

/** Something that happened in an engine. */
public sealed interface KernelEvent
        permits LeaderEvent,
                JobEvent,
                ShutdownEvent,
                KernelEvent.Fatal,
                KernelEvent.ReadinessChanged,
                KernelEvent.ListenerTrouble {
    /**
     * Calls the method of a listener that this event is for.
     *
     * @param listener who is told
     */
    void deliverTo(KernelListener listener);

    /**
     * A virtual machine error came out of user code.
     *
     * @param component where, for instance {@code job expire-sessions}
     * @param error what
     */
    record Fatal(String component, Throwable error) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onFatal(this);
        }
    }

    /**
     * The snapshot of a barrier has changed.
     *
     * @param previous before
     * @param current after
     */
    record ReadinessChanged(ReadinessSnapshot previous, ReadinessSnapshot current) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onReadinessChanged(this);
        }
    }

    /**
     * A listener threw, or lost events because it is too slow. Told at most once a minute for each listener.
     *
     * @param listener which one
     * @param dropped how many events it has lost since the last report
     * @param failed how many of its calls have thrown since the last report
     * @param error what it threw last, if it threw
     */
    record ListenerTrouble(String listener, long dropped, long failed, Optional<Throwable> error)
            implements KernelEvent {
        @Override
        public void deliverTo(KernelListener to) {
            to.onListenerTrouble(this);
        }
    }
}
