package io.github.pavelagarkov.kernel.cdi.elsewhere;

import io.github.pavelagarkov.kernel.job.Job;

/** Has a job that subclasses of other packages cannot override. */
public class Base {
    /** For subclasses. */
    public Base() {}

    @Job(every = "1s")
    void tick() {}
}
