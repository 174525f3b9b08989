package io.github.pavelagarkov.kernel.cdi.helidon;

import io.github.pavelagarkov.kernel.job.Job;
import jakarta.enterprise.context.ApplicationScoped;

/** What is measured. */
@ApplicationScoped
public class Work {
    /** For the container. */
    public Work() {}

    @Job(every = "50ms", leader = "billing")
    void settle() {}

    @Job(every = "100ms")
    void look() {}
}
