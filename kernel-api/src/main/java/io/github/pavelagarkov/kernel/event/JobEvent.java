package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something that happened in a scheduler. */
public sealed interface JobEvent extends KernelEvent {
    /** {@return the scheduler} */
    String scheduler();

    /**
     * A run ended or was left out.
     *
     * @param scheduler the scheduler
     * @param result how
     */
    record Finished(String scheduler, RunResult result) implements JobEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onJobFinished(this);
        }
    }

    /**
     * Points of a job were missed by more than its grace.
     *
     * @param scheduler the scheduler
     * @param job the job
     * @param count how many points
     * @param oldest the first of them
     * @param late how late the dispatcher was
     */
    record Missed(String scheduler, String job, long count, Instant oldest, Duration late) implements JobEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onJobMissed(this);
        }
    }

    /**
     * A run goes on although it was cancelled and interrupted. Told once per period.
     *
     * @param scheduler the scheduler
     * @param job the job
     * @param runId the run
     * @param running for how long it has run
     * @param thread the name of its thread
     * @param frames the top of its stack, innermost first
     */
    record Stuck(String scheduler, String job, long runId, Duration running, String thread, List<String> frames)
            implements JobEvent {
        /** Copies the list. */
        public Stuck {
            frames = List.copyOf(frames);
        }

        @Override
        public void deliverTo(KernelListener listener) {
            listener.onJobStuck(this);
        }
    }

    /**
     * A job has waited more than ten of its periods for a permit.
     *
     * @param scheduler the scheduler
     * @param waiting the job that waits
     * @param holding the job whose run holds the permit longest
     * @param waited for how long
     */
    record Starved(String scheduler, String waiting, String holding, Duration waited) implements JobEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onJobStarved(this);
        }
    }

    /**
     * A scheduler has stopped.
     *
     * @param report what it left
     */
    record SchedulerStopped(StopReport report) implements JobEvent {
        @Override
        public String scheduler() {
            return report.scheduler();
        }

        @Override
        public void deliverTo(KernelListener listener) {
            listener.onSchedulerStopped(this);
        }
    }
}
