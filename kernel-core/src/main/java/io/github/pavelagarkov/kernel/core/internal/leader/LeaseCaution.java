package io.github.pavelagarkov.kernel.core.internal.leader;

/**
 * Keeps a candidate that was cut off from believing at once that a lease is free: the store may have lost it meanwhile, and
 * its holder may not know yet. Not thread-safe.
 *
 * <p>A lease that was seen with another is over at the latest one lease after it was lost from sight. Whoever never saw one
 * knows of none, and does not wait.
 */
final class LeaseCaution {
    private final long lease;
    private boolean sighted;
    private boolean wary;
    private long waryUntil;

    LeaseCaution(long lease) {
        this.lease = lease;
    }

    /** Another holds the lease, and the store knows it. */
    void sighted() {
        wary = false;
        sighted = true;
    }

    /** The store did not answer, or may have been away. Counts once: what is found free from here on stays free. */
    void lostSight(long now) {
        if (sighted) {
            sighted = false;
            wary = true;
            waryUntil = now + lease;
        }
    }

    /** The holder has given the lease back, or it is ours. */
    void forget() {
        sighted = false;
        wary = false;
    }

    /** {@return whether a lease that the store calls free may still be trusted by another} */
    boolean isWary(long now) {
        return wary && now - waryUntil < 0;
    }

    /** {@return the given point, or the end of the caution if that is earlier} */
    long nextLook(long next) {
        return LeaseDurations.earlier(next, waryUntil);
    }
}
