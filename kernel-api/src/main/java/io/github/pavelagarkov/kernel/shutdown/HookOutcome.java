package io.github.pavelagarkov.kernel.shutdown;

/** What became of a hook. */
public enum HookOutcome {
    /** It returned in time. */
    OK,
    /** It returned in time; it was registered after its turn had passed. */
    LATE_OK,
    /** It threw. */
    FAILED,
    /** Its time ran out, it was interrupted, and then it returned or threw. */
    TIMED_OUT,
    /** Its time ran out, it was interrupted, and it is still running. */
    ABANDONED,
    /** It has not run yet; only in a snapshot. */
    NOT_RUN
}
