package io.github.pavelagarkov.kernel.job;

/** How a run, or a point without one, ended. */
public enum Outcome {
    /** The task returned. */
    SUCCESS,
    /** The task threw. */
    FAILED,
    /** The deadline passed before the task returned or threw. */
    TIMED_OUT,
    /** The run was asked to end and ended, or was dropped from the queue. */
    CANCELLED,
    /** Not started: as many runs of the job as allowed were going on. */
    SKIPPED_OVERLAP,
    /** Not started: this process does not lead. */
    SKIPPED_NOT_LEADER,
    /** Not started: no thread could be had. */
    REJECTED,
    /** Asked to end, interrupted, and still running when the stop gave up on it. */
    ABANDONED
}
