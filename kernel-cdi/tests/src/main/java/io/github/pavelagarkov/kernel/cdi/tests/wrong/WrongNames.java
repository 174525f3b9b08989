package io.github.pavelagarkov.kernel.cdi.tests.wrong;

import io.github.pavelagarkov.kernel.cdi.KernelNamed;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Asks for what is nowhere. */
@ApplicationScoped
public class WrongNames {
    @Inject
    @KernelNamed("nope")
    Election nope;

    @Inject
    @KernelNamed("nowhere")
    JobScheduler nowhere;

    /** For the container. */
    public WrongNames() {}
}
