package io.github.pavelagarkov.kernel.job;

import java.time.Duration;
import java.util.List;

/**
 * What a stop of a scheduler found and left.
 *
 * @param scheduler its name
 * @param took how long the stop took
 * @param completed runs that ended by themselves meanwhile
 * @param cancelled runs that ended after they had been cancelled
 * @param droppedQueued runs that were waiting and never started
 * @param abandoned runs that are still alive
 */
public record StopReport(
        String scheduler,
        Duration took,
        int completed,
        int cancelled,
        int droppedQueued,
        List<AbandonedRun> abandoned) {
    /** Copies the list. */
    public StopReport {
        abandoned = List.copyOf(abandoned);
    }

    /** {@return whether nothing is left} */
    public boolean clean() {
        return abandoned.isEmpty();
    }

    /**
     * A run that did not end when told.
     *
     * @param job the job
     * @param runId the run
     * @param thread the name of its thread
     * @param frames the top of its stack, innermost first; empty if the thread could not be seen
     */
    public record AbandonedRun(String job, long runId, String thread, List<String> frames) {
        /** Copies the list. */
        public AbandonedRun {
            frames = List.copyOf(frames);
        }
    }
}
