package io.github.pavelagarkov.kernel.cdi.tests.wrong;

import io.github.pavelagarkov.kernel.job.Job;
import jakarta.enterprise.context.ApplicationScoped;

/** Its methods cannot be jobs. */
@ApplicationScoped
public class WrongMethods {
    /** For the container. */
    public WrongMethods() {}

    @Job(every = "1s")
    @SuppressWarnings("UnusedMethod") // that is its mistake
    private void hidden() {
        throw new AssertionError("never called");
    }

    /** Its period is no duration. */
    @Job(every = "{wrong.period}")
    public void badPeriod() {}
}
