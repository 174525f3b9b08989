package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which jobs do not get to run, or do not end, as their events tell: the history of a job has only runs that were started and
 * have ended. Each trouble lasts until a run of the job ends or its scheduler stops. Thread-safe; never blocks.
 */
final class JobTroubles {
    /** As many as a waiting job lets pass before it is reported (JS-2). */
    private static final int SKIPS = 10;

    private final Map<String, Trouble> byJob = new ConcurrentHashMap<>();

    /**
     * What keeps one job from going on.
     *
     * @param scheduler whose job it is
     * @param skipped points left out in a row, because as many runs as allowed were going on
     * @param event what an event said is wrong; empty if none did
     */
    private record Trouble(String scheduler, int skipped, Optional<String> event) {
        Trouble skippedOnce() {
            return new Trouble(scheduler, skipped + 1, event);
        }

        Optional<String> text() {
            return event.or(() -> skipped < SKIPS
                    ? Optional.empty()
                    : Optional.of("does not get to run: " + skipped
                            + " points in a row were left out, because a run goes on"));
        }
    }

    /** Looks at an event on its way to the listeners. */
    void look(KernelEvent event) {
        if (event instanceof JobEvent.Finished finished) {
            look(finished.scheduler(), finished.result());
        } else if (event instanceof JobEvent.Stuck stuck) {
            put(
                    stuck.scheduler(),
                    stuck.job(),
                    "is stuck: run " + stuck.runId() + " ignores its cancellation, running for " + stuck.running()
                            + " when last looked at, on thread " + Check.printable(stuck.thread()));
        } else if (event instanceof JobEvent.Starved starved) {
            put(
                    starved.scheduler(),
                    starved.waiting(),
                    "does not get to run: has waited " + starved.waited() + " for a permit of scheduler "
                            + starved.scheduler() + ", held longest by job " + starved.holding());
        } else if (event instanceof JobEvent.SchedulerStopped stopped) {
            byJob.values().removeIf(trouble -> trouble.scheduler().equals(stopped.scheduler()));
        }
    }

    private void look(String scheduler, RunResult run) {
        switch (run.outcome()) {
            case SUCCESS, FAILED, TIMED_OUT, CANCELLED, ABANDONED -> byJob.remove(run.job());
            case SKIPPED_OVERLAP ->
                byJob.compute(
                        run.job(),
                        (job, before) ->
                                (before == null ? new Trouble(scheduler, 0, Optional.empty()) : before).skippedOnce());
            case REJECTED -> put(scheduler, run.job(), "does not get to run: no thread could be had" + error(run));
            case SKIPPED_NOT_LEADER -> {}
        }
    }

    private void put(String scheduler, String job, String text) {
        byJob.put(job, new Trouble(scheduler, 0, Optional.of(text)));
    }

    /** {@return what keeps a job from going on; empty if nothing does} */
    Optional<String> of(String job) {
        return Optional.ofNullable(byJob.get(job)).flatMap(Trouble::text);
    }

    /** {@return the type of what was thrown, to be put behind a text; no message, which may hold anything} */
    static String error(RunResult run) {
        return run.error().map(error -> ": " + error.getClass().getName()).orElse("");
    }
}
