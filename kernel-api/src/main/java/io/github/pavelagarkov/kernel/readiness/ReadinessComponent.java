package io.github.pavelagarkov.kernel.readiness;

/** One part of an instance that must be ready. A signal is in force when its call returns. Thread-safe. */
public interface ReadinessComponent {
    /** What became of a signal. */
    enum SignalResult {
        /** In force. */
        APPLIED,
        /** Nothing to change. */
        UNCHANGED,
        /** Dropped: the barrier is not running, or the component was removed. */
        NOT_RUNNING,
        /** Dropped: the barrier is shutting down. */
        SHUTTING_DOWN
    }

    /** {@return the component's name} */
    String name();

    /**
     * Says that this part is ready.
     *
     * @return what became of it
     */
    SignalResult ready();

    /**
     * Says that this part is not ready.
     *
     * @param reason for the operator; no secret
     * @return what became of it
     */
    SignalResult notReady(String reason);

    /** {@return what this part said last} */
    ReadinessSnapshot.Status status();
}
