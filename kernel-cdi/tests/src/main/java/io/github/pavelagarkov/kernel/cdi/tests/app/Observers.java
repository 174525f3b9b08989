package io.github.pavelagarkov.kernel.cdi.tests.app;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;

/** Hears of everything, in order and asynchronously. */
@ApplicationScoped
public class Observers {
    /** Written when the container tells the application of its end. */
    public static final String END = "the application ends";

    @Inject
    Journal journal;

    @Inject
    Kernel kernel;

    /** For the container. */
    public Observers() {}

    void acquired(@Observes LeaderEvent.Acquired event) {
        journal.note("acquired", event.term().election());
    }

    void acquiredAsync(@ObservesAsync LeaderEvent.Acquired event) {
        journal.note("acquired-async", event.term().election());
    }

    void finished(@Observes JobEvent.Finished event) {
        journal.note("finished", event.scheduler());
    }

    void finishedAsync(@ObservesAsync JobEvent.Finished event) {
        journal.note("finished-async", event.scheduler());
    }

    void lost(@Observes LeaderEvent.Lost event) {
        journal.write("leadership of " + event.term().election() + " lost, released " + event.released());
    }

    void stopped(@Observes JobEvent.SchedulerStopped event) {
        journal.write("scheduler " + event.scheduler() + " stopped");
    }

    /** The application's own start, before anything of the kernel runs. */
    void starts(@Observes Startup event) {
        journal.note("started-at-startup", kernel.isStarted());
    }

    /** The application's own end, which still has its pools and schedulers. */
    void ends(@Observes @Priority(0) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        journal.write(END);
    }
}
