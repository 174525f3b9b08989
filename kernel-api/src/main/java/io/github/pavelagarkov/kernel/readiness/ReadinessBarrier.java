package io.github.pavelagarkov.kernel.readiness;

import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Ready when it is started and every registered component is ready; no component means not ready.
 *
 * <p>Can be started and stopped many times until {@link #beginShutdown}. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md RB-1 to RB-9</a>
 */
public interface ReadinessBarrier {
    /** Where a barrier is in its life. */
    enum State {
        /** Built, never started. */
        NEW,
        /** Follows its components. */
        RUNNING,
        /** Stopped; can be started. */
        STOPPED,
        /** Shutting down, for ever not ready. */
        TERMINATED
    }

    /** {@return whether this instance should get traffic; one volatile read, never blocks, allocates nothing} */
    boolean isReady();

    /** {@return everything, at one moment} */
    ReadinessSnapshot snapshot();

    /**
     * Finds or adds a component. A new one is not ready, "registered", and may so make a ready barrier not ready.
     *
     * @param name the component; {@code [a-z][a-z0-9-]{0,62}}
     * @return the component
     * @throws IllegalArgumentException if the name is out of range
     */
    ReadinessComponent component(String name);

    /**
     * Takes a component out. Its handle then applies nothing.
     *
     * @param name the component
     * @return whether there was one
     */
    boolean remove(String name);

    /**
     * Waits until ready.
     *
     * @param atMost how long; zero or positive
     * @return true if ready, false if the time passed or the barrier was shut down
     * @throws InterruptedException if the calling thread is interrupted
     */
    boolean awaitReady(Duration atMost) throws InterruptedException;

    /** {@return completed with the first ready snapshot; failed with IllegalStateException if shut down before} */
    CompletionStage<ReadinessSnapshot> whenReady();

    /**
     * Tells every change of the snapshot from now on, once, in order, after it is in force, one call at a time per listener,
     * on a thread of the barrier. A listener that hangs or throws delays nobody but itself.
     *
     * @param listener told of each change
     * @return ends it
     */
    Registration addListener(ReadinessListener listener);

    /**
     * Begins to follow the components. Does nothing while running.
     *
     * @throws IllegalStateException if shut down
     */
    void start();

    /** Publishes not ready first, then resets every component to not ready, "stopped". Does nothing unless running. */
    void stop();

    /**
     * Not ready for ever. Later calls do nothing.
     *
     * @param reason shown in the snapshot
     */
    void beginShutdown(String reason);

    /** Told of changes, see {@link #addListener}. */
    @FunctionalInterface
    interface ReadinessListener {
        /**
         * The snapshot has changed.
         *
         * @param previous before
         * @param current after; its version is one more
         */
        void onChange(ReadinessSnapshot previous, ReadinessSnapshot current);
    }
}
