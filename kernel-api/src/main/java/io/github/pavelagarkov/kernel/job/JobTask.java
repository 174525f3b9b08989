package io.github.pavelagarkov.kernel.job;

/** The code of a job. Called on a thread of its own for each run; at the same time only if the job allows it. */
@FunctionalInterface
public interface JobTask {
    /**
     * Does the work.
     *
     * @param context the run: its token, deadline and term
     * @throws Exception anything; the run is then FAILED and the schedule goes on
     */
    void run(JobContext context) throws Exception;
}
