package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.AssertProvider;

/**
 * What a job did. Give it to {@code Assertions.assertThat}. Immutable.
 */
public final class JobTimeline implements AssertProvider<JobAssert> {
    private final String name;
    private final String span;
    private final List<RecordedRun> runs;
    private final List<RunResult> leftOut;
    private final KernelTimeline timeline;

    JobTimeline(String name, String span, List<RecordedRun> runs, List<RunResult> leftOut, KernelTimeline timeline) {
        this.name = name;
        this.span = span;
        this.runs = List.copyOf(runs);
        this.leftOut = List.copyOf(leftOut);
        this.timeline = timeline;
    }

    /** {@return the job's name} */
    public String name() {
        return name;
    }

    /** {@return the runs whose task was called, in the order of their begin} */
    public List<JobRun> runs() {
        return runs.stream().map(RecordedRun::shown).toList();
    }

    /** {@return runs that were due and left out, because of an overlap for instance, in the order they were told} */
    public List<RunResult> leftOut() {
        return leftOut;
    }

    List<RecordedRun> recorded() {
        return runs;
    }

    KernelTimeline timeline() {
        return timeline;
    }

    /** {@return the part that began in a span of time; its end does not belong to it} */
    JobTimeline between(Instant from, Instant until, String text) {
        Predicate<Instant> within = instant -> !instant.isBefore(from) && instant.isBefore(until);
        return new JobTimeline(
                name,
                " from " + text,
                runs.stream().filter(run -> within.test(run.began())).toList(),
                leftOut.stream().filter(run -> within.test(run.scheduled())).toList(),
                timeline);
    }

    @Override
    public JobAssert assertThat() {
        return new JobAssert(this);
    }

    @Override
    public String toString() {
        return "job '" + name + "'" + span;
    }
}
