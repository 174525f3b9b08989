package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;

/**
 * Asks for one lease.
 *
 * @param key the lease
 * @param mode whether a free lease is to be taken
 * @param leaseId tells this attempt at a term from every other, of this process too; unique
 * @param identity who asks, kept for others to read
 * @param ttl how long the store keeps the lease without renewal; at least 1 ms
 */
public record LeaseRequest(LeaseKey key, Mode mode, String leaseId, String identity, Duration ttl) {
    /** Whether a free lease is to be taken. */
    public enum Mode {
        /** Take the lease if it is free; prolong it if it is held with this id. */
        ACQUIRE,
        /** Prolong the lease if it is held with this id; never take it. */
        RENEW
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or the ttl is below 1 ms
     */
    public LeaseRequest {
        Check.notNull("key", key);
        Check.notNull("mode", mode);
        Check.notNull("leaseId", leaseId);
        Check.notNull("identity", identity);
        Check.atLeast("ttl of " + key.name(), ttl, Duration.ofMillis(1));
    }
}
