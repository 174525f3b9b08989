package io.github.pavelagarkov.kernel.job;

/** What happens when a run is due while as many runs of the job as allowed are going on. */
public enum Overlap {
    /** The run is left out and counted. */
    SKIP,
    /** One run is kept and starts as soon as one ends; further ones are left out. */
    QUEUE_ONE
}
