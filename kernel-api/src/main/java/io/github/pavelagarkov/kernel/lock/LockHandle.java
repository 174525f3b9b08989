package io.github.pavelagarkov.kernel.lock;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;

/** One grant of a lock. Thread-safe; not bound to the thread that took it. */
public interface LockHandle extends AutoCloseable {
    /** {@return the lock} */
    String name();

    /** {@return grows with every grant of this lock; let the resource refuse a smaller one than it has seen} */
    long fencingToken();

    /** {@return whether the lock is held, by the clock: nine tenths of the ttl from before the last successful request} */
    boolean isHeld();

    /** {@return how long {@link #isHeld()} will stay true without another extension; zero if it is false} */
    Duration remaining();

    /**
     * Prolongs the lock from now on, if it is still held.
     *
     * @param ttl the new time to live; at least 1 ms
     * @return false if the lock was lost
     * @throws IllegalArgumentException if the ttl is out of range
     * @throws BackendUnavailableException if the store cannot be asked; the old time then counts
     */
    boolean extend(Duration ttl);

    /**
     * Gives the lock back. Only the owner's own grant is removed.
     *
     * @return false if the lock had been lost or given back before
     * @throws BackendUnavailableException if the store cannot be asked; the lock then ends with its ttl
     */
    boolean unlock();

    /**
     * Calls an action once if the lock is lost before it was unlocked: its time ran out, or the store said so.
     *
     * @param action short and non-blocking, called on a thread of the lock
     * @return takes the action back
     */
    Registration onLost(Runnable action);

    /** Unlocks and never throws: what {@link #unlock()} would throw is reported as an event. */
    @Override
    void close();
}
