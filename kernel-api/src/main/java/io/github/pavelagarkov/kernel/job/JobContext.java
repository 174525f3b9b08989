package io.github.pavelagarkov.kernel.job;

import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One run as its task sees it. Thread-safe. */
public interface JobContext {
    /** {@return the job} */
    String jobName();

    /** {@return the number of this run, unique in its scheduler} */
    long runId();

    /** {@return a fresh id for this run, or the caller's for a manual one; in the log context too} */
    String correlationId();

    /** {@return what made this run start} */
    Fire fire();

    /** {@return the point this run stands for, by the wall clock} */
    Instant scheduledTime();

    /** {@return the time left to the deadline, not below zero; empty if there is none} */
    Optional<Duration> remaining();

    /** {@return cancelled when this run should end} */
    CancellationToken cancellation();

    /** {@return whether the scheduler is stopping: a good moment to finish early, also in a GRACEFUL job} */
    boolean stopRequested();

    /** {@return the term under which this run was started; empty in a scheduler that is not bound to an election} */
    Optional<Term> term();
}
