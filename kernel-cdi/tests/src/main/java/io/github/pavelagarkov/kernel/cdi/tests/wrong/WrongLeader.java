package io.github.pavelagarkov.kernel.cdi.tests.wrong;

import io.github.pavelagarkov.kernel.job.Job;
import jakarta.enterprise.context.ApplicationScoped;

/** Its election is nowhere. */
@ApplicationScoped
public class WrongLeader {
    /** For the container. */
    public WrongLeader() {}

    /** Its election has another name. */
    @Job(every = "1s", leader = "bilinng")
    public void leads() {}
}
