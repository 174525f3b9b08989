package io.github.pavelagarkov.kernel.lock;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import java.time.Duration;
import java.util.Optional;

/**
 * Grants named locks that are exclusive across processes. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md DL-1 to DL-8</a>
 */
public interface DistributedLock {
    /**
     * Takes a lock if it is free. Not re-entrant.
     *
     * @param name the lock; {@code [a-z][a-z0-9-]{0,62}}
     * @param ttl how long it is held unless extended or unlocked; at least 1 ms
     * @return the handle; empty if another holds the lock
     * @throws IllegalArgumentException if name or ttl is out of range
     * @throws BackendUnavailableException if the store cannot be asked; the lock may then be held until its ttl ends
     */
    Optional<LockHandle> tryLock(String name, Duration ttl);

    /**
     * Takes a lock, waiting for it by notification.
     *
     * @param name the lock
     * @param ttl how long it is held unless extended or unlocked; at least 1 ms
     * @param wait how long to wait for it; zero or positive
     * @return the handle; empty if the lock was not free in that time
     * @throws IllegalArgumentException if an argument is out of range
     * @throws BackendUnavailableException if the store could not be asked until the end of the wait
     * @throws InterruptedException if the calling thread is interrupted; nothing is held then
     */
    Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException;
}
