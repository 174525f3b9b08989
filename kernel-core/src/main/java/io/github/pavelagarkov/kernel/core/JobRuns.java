package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The last runs of a job as an operator looks at them.
 *
 * @param last the one that ended last
 * @param lastSuccess the last good one, as far as it is remembered
 * @param bad how many in a row, up to the last, were bad
 * @param remembersNoGoodOne whether all that is remembered was bad and older runs have been forgotten
 */
record JobRuns(Optional<RunResult> last, Optional<RunResult> lastSuccess, int bad, boolean remembersNoGoodOne) {
    /** One or two may be a server that restarts; the third in a row is a state. */
    private static final int A_WHILE = 3;

    private static final Set<Outcome> BAD = EnumSet.of(Outcome.FAILED, Outcome.TIMED_OUT, Outcome.ABANDONED);

    static JobRuns of(JobHandle job) {
        List<RunResult> kept = job.history();
        if (kept.isEmpty()) {
            // Without a history there is still the last run.
            kept = job.lastRun().stream().toList();
        }
        int bad = 0;
        Optional<RunResult> lastSuccess = Optional.empty();
        for (int i = kept.size() - 1; i >= 0 && lastSuccess.isEmpty(); i--) {
            RunResult run = kept.get(i);
            if (BAD.contains(run.outcome())) {
                bad++;
            } else if (run.outcome() == Outcome.SUCCESS) {
                lastSuccess = Optional.of(run);
            }
            // One that was asked to end says nothing about the job.
        }
        return new JobRuns(
                kept.isEmpty() ? Optional.empty() : Optional.of(kept.get(kept.size() - 1)),
                lastSuccess,
                bad,
                bad > 0 && bad == kept.size() && ended(job) > kept.size());
    }

    private static long ended(JobHandle job) {
        return job.stats().outcomes().entrySet().stream()
                .filter(outcome -> outcome.getKey() == Outcome.SUCCESS
                        || outcome.getKey() == Outcome.CANCELLED
                        || BAD.contains(outcome.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** {@return whether this is more than a bad moment; with a short history, whether nothing good is in it} */
    boolean badForAWhile() {
        return bad >= A_WHILE || remembersNoGoodOne;
    }

    String text() {
        return last.map(run -> "last run " + run.outcome() + JobTroubles.error(run)
                        + (bad == 0 ? "" : ", " + bad + (bad == 1 ? " bad run" : " bad runs") + " in a row"))
                .orElse("has not run yet");
    }

    /** {@return what is known of the last run, to be added to} */
    Map<String, String> details() {
        Map<String, String> details = new TreeMap<>();
        last.ifPresent(run -> {
            details.put("last", run.scheduled().toString());
            details.put("last-outcome", run.outcome().toString());
            details.put("last-correlation-id", run.correlationId());
        });
        lastSuccess.ifPresent(run -> details.put("last-success", run.scheduled().toString()));
        if (bad > 0) {
            details.put("bad-in-a-row", Integer.toString(bad));
        }
        return details;
    }
}
