package io.github.pavelagarkov.kernel.job;

/**
 * The code of a job. Called on a thread that nothing else runs on at the time, but other short runs may have before; at the
 * same time as another run of the job only if that allows it.
 */
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
