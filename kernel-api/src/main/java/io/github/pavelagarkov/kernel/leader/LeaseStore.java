package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Keeps leases: the only thing a new backend has to provide to get the whole engine.
 *
 * <p>A store decides nothing about leadership. It grants a free lease to who asks first, prolongs it for the same lease id,
 * forgets it after its time, and hands out a fencing token that grows with every grant of a key.
 *
 * <p>Called by the engine from its timer thread and from the threads that complete the store's own stages: no method may
 * block. The stages may complete late or never; the engine waits for none of them. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LE-6 to LE-9</a>
 */
public interface LeaseStore extends AutoCloseable {
    /** What a store can do beyond the minimum. */
    enum Capability {
        /** A release and a lost connection are told to subscribers. */
        NOTIFY,
        /** Tokens go on growing after the store has lost its data. */
        FENCE_SURVIVES_DATA_LOSS
    }

    /** {@return what this store can do} */
    Set<Capability> capabilities();

    /**
     * Acquires or renews several leases. Idempotent: asking again with the same lease id after a lost answer is a renewal.
     *
     * @param batch the requests; the engine sends 128 at most
     * @return one reply for each request, in the same order. A problem of one key is a {@link LeaseReply.Failed} for that
     *     key alone; the stage fails only if nothing is known about any of them.
     */
    CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch);

    /**
     * Gives a lease up if it is still held with that id, and tells subscribers.
     *
     * @param key the lease
     * @param leaseId the id it was acquired with
     * @return whether it was held with that id
     */
    CompletionStage<Boolean> release(LeaseKey key, String leaseId);

    /**
     * Asks who holds a lease.
     *
     * @param key the lease
     * @return the holder; empty if nobody holds it; failed if that cannot be found out
     */
    CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key);

    /**
     * Subscribes to releases. A notification is a hint: one that is lost costs time, never correctness.
     *
     * @param listener called on a thread of the store
     * @return ends the subscription
     */
    Registration subscribe(ReleaseListener listener);

    /** Frees connections and threads; blocks, bounded. Idempotent. Leases are not released. */
    @Override
    void close();

    /** Hears of free leases. Must not block. */
    interface ReleaseListener {
        /**
         * A lease was released.
         *
         * @param key which one
         */
        void onReleased(LeaseKey key);

        /** Notifications may have been lost, as after a reconnect: look at every key that matters. */
        void onGap();

        /**
         * The store answers calls, and tells nobody of releases until the next {@link #onGap}: candidates have to look by
         * themselves. May be told again.
         *
         * @param cause why, for a person who can mend it
         */
        default void onTrouble(KernelException cause) {}
    }
}
