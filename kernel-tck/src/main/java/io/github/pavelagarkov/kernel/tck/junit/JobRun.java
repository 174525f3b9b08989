package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Instant;
import java.util.Optional;

/**
 * One run of a job.
 *
 * @param job the job
 * @param began when its task was called
 * @param ended when its task returned or threw; empty while it goes on
 * @param result how it ended; empty before that is told
 */
public record JobRun(String job, Instant began, Optional<Instant> ended, Optional<RunResult> result) {}
