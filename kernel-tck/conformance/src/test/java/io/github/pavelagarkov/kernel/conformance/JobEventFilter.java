package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;

/** Passes on what a scheduler tells, unless told otherwise. */
class JobEventFilter implements KernelListener {
    private final KernelListener real;

    JobEventFilter(KernelListener real) {
        this.real = real;
    }

    @Override
    public void onJobFinished(JobEvent.Finished event) {
        real.onJobFinished(event);
    }

    @Override
    public void onJobMissed(JobEvent.Missed event) {
        real.onJobMissed(event);
    }

    @Override
    public void onJobStuck(JobEvent.Stuck event) {
        real.onJobStuck(event);
    }

    @Override
    public void onJobStarved(JobEvent.Starved event) {
        real.onJobStarved(event);
    }

    @Override
    public void onSchedulerStopped(JobEvent.SchedulerStopped event) {
        real.onSchedulerStopped(event);
    }

    @Override
    public void onFatal(KernelEvent.Fatal event) {
        real.onFatal(event);
    }
}
