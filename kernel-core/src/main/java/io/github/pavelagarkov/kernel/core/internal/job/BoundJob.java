package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.job.JobSpec;
import java.util.Optional;

/**
 * A method that has been made a job.
 *
 * @param spec the job
 * @param leader the election whose leader runs it; empty if every process does
 */
public record BoundJob(JobSpec spec, Optional<String> leader) {}
