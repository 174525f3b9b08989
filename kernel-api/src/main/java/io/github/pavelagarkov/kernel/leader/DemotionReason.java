package io.github.pavelagarkov.kernel.leader;

/** Why a term ended. */
public enum DemotionReason {
    /** The election or its elector was closed. The lease is held until the work has stopped. */
    CLOSED(true),
    /** {@link Election#stepDown} was called. The lease is held until the work has stopped. */
    STEPPED_DOWN(true),
    /** {@code onElected} threw. The lease is held until {@code onDemoted} has returned. */
    START_FAILED(true),
    /** The lease could not be renewed in time. */
    LEASE_EXPIRED(false),
    /** The store says that another owner holds the lease. */
    TAKEN_OVER(false),
    /** The store says that nobody holds the lease. */
    KEY_LOST(false);

    private final boolean leaseHeld;

    DemotionReason(boolean leaseHeld) {
        this.leaseHeld = leaseHeld;
    }

    /** {@return whether the lease is still held while the work stops; if not, every further moment is borrowed} */
    public boolean leaseHeld() {
        return leaseHeld;
    }
}
