package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.job.Outcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractAssert;

/** Says what a job is expected to have done. A run counts once its task was called. Not thread-safe. */
public final class JobAssert extends AbstractAssert<JobAssert, JobTimeline> {
    private final TimeTexts times;

    JobAssert(JobTimeline actual) {
        super(actual, JobAssert.class);
        this.times = actual.timeline().times();
    }

    /**
     * Looks only at the runs that began in a span of time.
     *
     * @param from as {@code 10:05}
     * @param until does not belong to it
     * @return assertions about those
     */
    public JobAssert between(String from, String until) {
        return new JobAssert(actual.between(times.instant(from), times.instant(until), from + " to " + until));
    }

    /**
     * Expects so many runs.
     *
     * @param times how many
     * @return this
     */
    public JobAssert ran(int times) {
        if (runs().size() != times) {
            fail("to have run " + count(times) + ", but it ran " + count(runs().size()), runs().stream());
        }
        return this;
    }

    /**
     * Expects no run.
     *
     * @return this
     */
    public JobAssert neverRan() {
        return ran(0);
    }

    /**
     * Expects runs that began at these times, and no other.
     *
     * @param times as {@code 10:05}, in order
     * @return this
     */
    public JobAssert ranAt(String... times) {
        List<Instant> expected = Arrays.stream(times).map(this.times::instant).toList();
        if (!runs().stream().map(RecordedRun::began).toList().equals(expected)) {
            fail("to have run at " + List.of(times) + ", but it ran " + count(runs().size()), runs().stream());
        }
        return this;
    }

    /**
     * Expects that it ran, and that no run began while another one of this job went on.
     *
     * @return this
     */
    public JobAssert neverOverlapped() {
        requireRuns("never to have overlapped");
        List<RecordedRun> overlapping = runs().stream()
                .filter(run -> runs().stream().anyMatch(run::beganDuring))
                .toList();
        if (!overlapping.isEmpty()) {
            fail(
                    "never to have overlapped, but " + overlapping.size() + " of " + runs().size()
                            + " runs began while another one went on",
                    runs().stream());
        }
        return this;
    }

    /**
     * Expects that it ran, and that every run began and ended in a term of an election.
     *
     * @param election led by the kernel under test
     * @return this
     */
    public JobAssert ranOnlyWhileLeading(String election) {
        requireRuns("to have run only while leading election '" + election + "'");
        List<RecordedTerm> terms = actual.timeline().terms(election);
        List<RecordedRun> outside = runs().stream()
                .filter(run -> terms.stream().noneMatch(term -> term.covers(run)))
                .toList();
        if (!outside.isEmpty()) {
            fail(
                    "to have run only while leading election '" + election + "', but " + outside.size() + " of "
                            + runs().size() + " runs did not",
                    outside.stream());
        }
        return this;
    }

    /**
     * Expects that it ran, and that every run has ended, and well.
     *
     * @return this
     */
    public JobAssert succeeded() {
        return ended(Outcome.SUCCESS);
    }

    /**
     * Expects that it ran, and that every run has ended so.
     *
     * @param outcome how
     * @return this
     */
    public JobAssert ended(Outcome outcome) {
        requireRuns("to have ended " + outcome + " each time");
        List<RecordedRun> others = runs().stream()
                .filter(run -> run.result()
                        .filter(result -> result.outcome() == outcome)
                        .isEmpty())
                .toList();
        if (!others.isEmpty()) {
            fail(
                    "to have ended " + outcome + " each time, but " + others.size() + " of " + runs().size()
                            + " runs did not",
                    others.stream());
        }
        return this;
    }

    /**
     * Expects that so many runs were due and left out: because another one went on, nobody led, or no thread was to be had.
     *
     * @param times how many
     * @return this
     */
    public JobAssert leftOut(int times) {
        List<String> leftOut = actual.leftOut().stream()
                .map(result -> this.times.text(result.scheduled()) + " " + result.outcome())
                .toList();
        if (leftOut.size() != times) {
            failWithMessage(
                    "%s",
                    "expected " + actual + " to have left out " + times + " of its runs, but it left out "
                            + leftOut.size() + ":\n" + TimelineText.block(leftOut));
        }
        return this;
    }

    /** Of no run everything is true, also of a job whose name is misspelt. */
    private void requireRuns(String expectation) {
        if (runs().isEmpty()) {
            List<String> ran = actual.timeline().runs().stream()
                    .map(RecordedRun::job)
                    .distinct()
                    .sorted()
                    .toList();
            failWithMessage(
                    "%s", "expected " + actual + " " + expectation + ", but it never ran; jobs that ran: " + ran);
        }
    }

    private List<RecordedRun> runs() {
        return actual.recorded();
    }

    private void fail(String expectation, Stream<RecordedRun> shown) {
        failWithMessage(
                "%s",
                "expected " + actual + " " + expectation + ":\n"
                        + TimelineText.block(shown.map(this::text).toList()));
    }

    private String text(RecordedRun run) {
        return times.text(run.began())
                + run.ended().map(ended -> " to " + times.text(ended)).orElse(" and goes on")
                + run.result()
                        .map(result -> " " + result.outcome()
                                + result.error().map(error -> ": " + error).orElse(""))
                        .orElse("");
    }

    private static String count(int times) {
        return times == 1 ? "once" : times + " times";
    }
}
