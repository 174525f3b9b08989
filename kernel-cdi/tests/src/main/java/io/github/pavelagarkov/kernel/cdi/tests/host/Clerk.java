package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.log.KernelLog;
import io.github.pavelagarkov.kernel.core.log.LogEntry;
import io.github.pavelagarkov.kernel.job.Job;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.slf4j.LoggerFactory;

/** A bean that writes into the structured log, once. For web archives: nothing else finds it. */
@ApplicationScoped
public class Clerk {
    @Inject
    Kernel kernel;

    /** For the container. */
    public Clerk() {}

    @Job(every = "1h", initialDelay = "1ms")
    void close() {
        KernelLog.of(LoggerFactory.getLogger("clerk"), kernel::fail)
                .warn(LogEntry.of("ledger", "close-books").withArg("year", 1492).withArg("page", "{\"a\"}"));
    }
}
