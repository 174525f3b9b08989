package io.github.pavelagarkov.kernel.job;

/** What happens to points that could not be met by more than the grace. */
public enum Misfire {
    /** They are left out, counted and reported; the next point is the next run. */
    SKIP_TO_NEXT,
    /** One run makes up for all of them, at once. */
    RUN_ONCE
}
