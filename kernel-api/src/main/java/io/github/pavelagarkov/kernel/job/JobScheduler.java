package io.github.pavelagarkov.kernel.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs jobs on time. Can be started and stopped many times; generations never overlap. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md JS-1 to JS-15</a>
 */
public interface JobScheduler extends AutoCloseable {
    /** Where a scheduler is in its life. */
    enum State {
        /** Built, never started. */
        NEW,
        /** Jobs run. */
        RUNNING,
        /** No new run starts; runs are being waited for. */
        STOPPING,
        /** Stopped; can be started. */
        STOPPED,
        /** Closed for ever. */
        CLOSED
    }

    /** {@return the scheduler's name} */
    String name();

    /** {@return where it is in its life} */
    State state();

    /**
     * Adds a job; while running it is scheduled now.
     *
     * @param spec the job
     * @return its handle
     * @throws IllegalArgumentException if the name is taken or the cron expression is wrong; nothing is registered then
     * @throws IllegalStateException if this scheduler is closed, or an unregistered run of that name is still alive
     */
    JobHandle register(JobSpec spec);

    /**
     * Takes a job out and ends its runs as its stop mode says.
     *
     * @param job the name
     * @param maxWait how long to wait for them; zero or positive
     * @return false if there is no such job, or a run of it is still alive after that time
     */
    boolean unregister(String job, Duration maxWait);

    /** {@return the job of that name} */
    Optional<JobHandle> job(String name);

    /** {@return all jobs, in the order they were registered} */
    List<JobHandle> jobs();

    /**
     * Begins to run jobs. Does nothing while running.
     *
     * @throws IllegalStateException while stopping, or if closed
     */
    void start();

    /**
     * Begins to run jobs under a term: their contexts carry it, and no run starts once the term has ended. Does nothing
     * while running.
     *
     * @param scope the term
     * @throws IllegalStateException while stopping, or if closed
     */
    void start(LeaderScope scope);

    /**
     * Ends all runs as their stop modes say, and waits for them. Does nothing while stopped.
     *
     * @param maxWait how long it may take; positive. Two stops at once share one report.
     * @return what was running and what is left; called from inside a job it does not wait for that job
     */
    StopReport stop(Duration maxWait);

    /**
     * The same as {@link #stop(Duration)} with a reason; {@link CancelReason#LEADERSHIP_LOST} makes every stop mode
     * IMMEDIATE.
     *
     * @param maxWait how long it may take; positive
     * @param reason what the tokens of the runs will tell
     * @return what was running and what is left
     */
    StopReport stop(Duration maxWait, CancelReason reason);

    /**
     * Waits until no run is alive, those that a stop has abandoned included. For who must know that the work has ended, not
     * only that it was told to.
     *
     * @param atMost how long to wait; positive
     * @return false if a run is still alive after that time; called from inside a job it does not wait for that run
     * @throws InterruptedException if the calling thread is interrupted
     */
    boolean awaitIdle(Duration atMost) throws InterruptedException;

    /** Stops within 10 s and ends this scheduler for ever. Idempotent. */
    @Override
    void close();
}
