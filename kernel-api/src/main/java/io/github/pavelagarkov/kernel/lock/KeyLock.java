package io.github.pavelagarkov.kernel.lock;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import java.time.Duration;

/**
 * The bare lock of the Go library, wire-compatible with it: the caller brings key, value and ttl.
 *
 * <p>No token, no waiting, no notification; use {@link DistributedLock} unless a Go peer shares the key. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md DL-6</a>
 */
public interface KeyLock {
    /**
     * Sets the key if it does not exist.
     *
     * @param key the lock, without the prefix of the wire; not empty
     * @param value tells the owner; not empty
     * @param ttl when it expires; at least 1 ms
     * @return whether it was set
     * @throws IllegalArgumentException if an argument is out of range
     * @throws BackendUnavailableException if the store cannot be asked; never reported as false
     */
    boolean lock(String key, String value, Duration ttl);

    /**
     * Deletes the key if it has this value.
     *
     * @param key the lock
     * @param value the owner
     * @return whether it was deleted
     * @throws IllegalArgumentException if an argument is out of range
     * @throws BackendUnavailableException if the store cannot be asked; never reported as false
     */
    boolean unlock(String key, String value);

    /**
     * Sets a new ttl if the key has this value.
     *
     * @param key the lock
     * @param value the owner
     * @param ttl when it expires, from now on; at least 1 ms
     * @return whether it was set
     * @throws IllegalArgumentException if an argument is out of range
     * @throws BackendUnavailableException if the store cannot be asked; never reported as false
     */
    boolean extendTtl(String key, String value, Duration ttl);
}
