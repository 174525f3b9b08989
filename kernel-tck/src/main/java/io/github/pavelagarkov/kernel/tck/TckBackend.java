package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.leader.LeaseKey;
import java.time.Duration;
import org.opentest4j.TestAbortedException;

/** The backend of leases and locks in the hands of a test. Each call returns when its effect can be seen. */
public interface TckBackend {
    /** Stops the backend: no call is answered. Its data are kept. */
    void down();

    /** Ends {@link #down()}. */
    void up();

    /** Loses all data, at once, telling nobody. */
    void loseData();

    /**
     * Removes one lease, telling nobody.
     *
     * @param key the lease; its fencing token may be forgotten with it
     */
    void delete(LeaseKey key);

    /**
     * Gives a lease to a stranger, whoever held it before, telling nobody.
     *
     * @param key the lease
     * @param ttl how long the stranger holds it
     */
    void takeOver(LeaseKey key, Duration ttl);

    /**
     * Breaks one key, so that every call about it fails while the other keys are well: a wrong type, missing rights.
     *
     * @param key the lease
     */
    void corrupt(LeaseKey key);

    /**
     * {@return the way of one node to the backend}
     *
     * @param node a node of this fixture
     */
    Link link(TckNode node);

    /** The network between one node and the backend. */
    interface Link {
        /** Nothing gets through, in neither direction, and nobody is told: a cable is cut. */
        void cut();

        /** Calls reach the backend and take effect; their answers are lost. */
        void loseReplies();

        /**
         * Calls take effect at once; their answers come late.
         *
         * @param by how late; positive
         */
        void delayReplies(Duration by);

        /**
         * Calls made from now on reach the backend late, also those that are under way at {@link #heal()}; where the
         * transport keeps calls in order, later ones may wait for them. By default the test is skipped.
         *
         * @param by how late; positive
         */
        default void delayCalls(Duration by) {
            throw new TestAbortedException("this fixture cannot delay calls on their way to the backend");
        }

        /** Notifications of releases are lost; calls are well. */
        void loseNotifications();

        /** Ends all of it. */
        void heal();
    }
}
