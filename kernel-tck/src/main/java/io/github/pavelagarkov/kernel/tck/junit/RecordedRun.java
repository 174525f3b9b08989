package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Instant;
import java.util.Optional;

/**
 * A run with its place in the order of everything.
 *
 * @param job the job
 * @param began when it began
 * @param beganAs its begin was the how-manieth thing that happened
 * @param ended when it ended
 * @param endedAs its end was the how-manieth thing; {@link Long#MAX_VALUE} while it goes on
 * @param result how
 */
record RecordedRun(
        String job, Instant began, long beganAs, Optional<Instant> ended, long endedAs, Optional<RunResult> result) {
    JobRun shown() {
        return new JobRun(job, began, ended, result);
    }

    boolean beganDuring(RecordedRun other) {
        return beganAs > other.beganAs && beganAs < other.endedAs;
    }
}
