package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.Check;

/**
 * Names a lease inside one application.
 *
 * @param kind elections and locks do not share names
 * @param name the election or the lock
 */
public record LeaseKey(Kind kind, String name) {
    /** What a lease is used for. */
    public enum Kind {
        /** Held by the leader of an election. */
        ELECTION,
        /** Held by the holder of a distributed lock. */
        LOCK
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the name is not a kernel name
     */
    public LeaseKey {
        Check.notNull("kind", kind);
        Check.name(kind == Kind.LOCK ? "lock name" : "election name", name);
    }

    /**
     * {@return the lease of an election}
     *
     * @param name the election
     */
    public static LeaseKey election(String name) {
        return new LeaseKey(Kind.ELECTION, name);
    }

    /**
     * {@return the lease of a lock}
     *
     * @param name the lock
     */
    public static LeaseKey lock(String name) {
        return new LeaseKey(Kind.LOCK, name);
    }
}
