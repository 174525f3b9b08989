package io.github.pavelagarkov.kernel.leader;

import java.time.Duration;
import java.util.Optional;

/** What a store says to one {@link LeaseRequest}. */
public sealed interface LeaseReply {
    /**
     * The lease is held with the id of the request, for its whole ttl from the moment the store handled it.
     *
     * @param fencingToken the token of this lease id, the same on every renewal; positive
     */
    record Held(long fencingToken) implements LeaseReply {}

    /**
     * Another id holds the lease.
     *
     * @param remaining how long until it expires if it is not renewed; empty if it never does
     */
    record Taken(Optional<Duration> remaining) implements LeaseReply {}

    /** Nobody holds the lease, and the request did not want to take it. */
    record Free() implements LeaseReply {}

    /**
     * The store refused this key: a wrong type under it, missing rights, a read-only replica.
     *
     * @param cause why
     */
    record Failed(Throwable cause) implements LeaseReply {}
}
