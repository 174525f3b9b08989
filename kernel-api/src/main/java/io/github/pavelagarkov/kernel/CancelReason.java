package io.github.pavelagarkov.kernel;

/** Why work was asked to end. */
public enum CancelReason {
    /** The run took longer than its deadline. */
    DEADLINE,
    /** Its scheduler, election or host is stopping. */
    STOP,
    /** The job was unregistered. */
    UNREGISTERED,
    /** Somebody cancelled it by hand. */
    MANUAL,
    /** The lease under which it ran is gone. */
    LEADERSHIP_LOST
}
