package io.github.pavelagarkov.kernel.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one run ended.
 *
 * @param job the job
 * @param runId the number of the run, unique in its scheduler
 * @param correlationId the run's correlation id
 * @param fire what made it start
 * @param scheduled the point it stands for, by the wall clock
 * @param lateness from that point to its start; zero if it never started
 * @param took from its start to its end; zero if it never started
 * @param outcome how it ended
 * @param error what the task threw, if it threw
 */
public record RunResult(
        String job,
        long runId,
        String correlationId,
        Fire fire,
        Instant scheduled,
        Duration lateness,
        Duration took,
        Outcome outcome,
        Optional<Throwable> error) {}
