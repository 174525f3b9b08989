package io.github.pavelagarkov.kernel.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A registered job. Thread-safe. */
public interface JobHandle {
    /** {@return the job's name} */
    String name();

    /** {@return what it was registered with} */
    JobSpec spec();

    /** {@return whether {@link #pause()} holds it} */
    boolean isPaused();

    /** {@return the next point; empty while paused, stopped or manual} */
    Optional<Instant> nextFireTime();

    /** {@return the run that ended last} */
    Optional<RunResult> lastRun();

    /** {@return the last runs, newest last; how many the scheduler says} */
    List<RunResult> history();

    /** {@return counters since registration} */
    JobStats stats();

    /**
     * Runs the job once, outside its schedule, as far as overlap and limit allow; also while paused.
     *
     * @return completed with the result whatever it is, never exceptionally
     * @throws IllegalStateException if the scheduler is not running
     */
    CompletionStage<RunResult> runNow();

    /** Lets no further point start a run; a run that goes on is not touched. Idempotent. */
    void pause();

    /** Goes on with the next point of the grid; nothing is made up for. Idempotent. */
    void resume();

    /**
     * Ends the runs that go on now as if the job were stopped IMMEDIATE.
     *
     * @return how many there were
     */
    int cancelRunning();
}
