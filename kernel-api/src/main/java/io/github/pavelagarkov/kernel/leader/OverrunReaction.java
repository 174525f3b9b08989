package io.github.pavelagarkov.kernel.leader;

/** What happens when work goes on after its lease has run out. */
public enum OverrunReaction {
    /** It is reported with the stack of the stuck thread. */
    LOG,
    /** Reported, and liveness goes down so that the platform restarts the process. */
    HEALTH_DOWN,
    /** Reported, and the process ends at once, without shutdown. Refused in an application server. */
    HALT
}
