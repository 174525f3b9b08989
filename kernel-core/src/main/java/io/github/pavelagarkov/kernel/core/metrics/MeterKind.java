package io.github.pavelagarkov.kernel.core.metrics;

/** How the values of a metric are to be read. */
public enum MeterKind {
    /** What is the case now; goes up and down. */
    GAUGE,
    /** How often something has happened since the start; only goes up. */
    COUNTER,
    /** How long something took, as a distribution. */
    HISTOGRAM
}
