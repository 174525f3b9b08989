package io.github.pavelagarkov.kernel.core.internal.metrics;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobStats;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The series of one job. Its counters are the job's own, so that none is lost; durations come with its events. */
final class JobMeters {
    private static final Map<Outcome, String> ENDS = new EnumMap<>(Map.of(
            Outcome.SUCCESS, "success",
            Outcome.FAILED, "error",
            Outcome.TIMED_OUT, "deadline",
            Outcome.CANCELLED, "cancelled",
            Outcome.ABANDONED, "abandoned"));

    private static final Map<Outcome, String> SKIPS = new EnumMap<>(Map.of(
            Outcome.SKIPPED_OVERLAP,
            "overlap",
            Outcome.SKIPPED_NOT_LEADER,
            "not_leader",
            Outcome.REJECTED,
            "rejected"));

    private final MeterBoard board;
    private final String name;
    private final Supplier<Optional<JobHandle>> job;
    private final Runnable onGone;
    private final Map<Outcome, DoubleConsumer> durations = new EnumMap<>(Outcome.class);
    private final DoubleConsumer waits;
    private final Instant seen;
    /** Null before the first: it counts from when the job was seen. */
    private volatile @Nullable RunResult lastSuccess;

    /**
     * Adds the series.
     *
     * @param job finds it; once it does not, the series are taken back
     * @param now when the job was first seen
     * @param onGone told when they are
     */
    JobMeters(MeterBoard board, String name, Supplier<Optional<JobHandle>> job, Instant now, Runnable onGone) {
        this.board = board;
        this.name = name;
        this.job = job;
        this.onGone = onGone;
        this.seen = now;
        job.get().ifPresent(this::lookBack);
        ENDS.forEach((outcome, label) -> {
            counter(KernelMeter.JOB_RUN, label, stats -> stats.count(outcome));
            durations.put(outcome, board.histogram(series(KernelMeter.JOB_RUN_DURATION, label)));
        });
        waits = board.histogram(series(KernelMeter.JOB_WAIT_DURATION));
        SKIPS.forEach((outcome, label) -> counter(KernelMeter.JOB_SKIPPED, label, stats -> stats.count(outcome)));
        counter(KernelMeter.JOB_SKIPPED, "missed", JobStats::missed);
        gauge(KernelMeter.JOB_ACTIVE, handle -> handle.stats().running());
        gauge(KernelMeter.JOB_QUEUED, handle -> handle.stats().queued());
        gauge(KernelMeter.JOB_PAUSED, handle -> handle.isPaused() ? 1 : 0);
        gauge(KernelMeter.JOB_LAST_SUCCESS, handle -> seconds(lastSuccess()));
        gauge(
                KernelMeter.JOB_NEXT_RUN,
                handle -> handle.nextFireTime().map(JobMeters::seconds).orElse(0.0));
    }

    /** Called for one event at a time. */
    void finished(RunResult run) {
        DoubleConsumer duration = durations.get(run.outcome());
        // One that was dropped from a queue has not run.
        if (duration == null
                || (run.outcome() == Outcome.CANCELLED && run.took().isZero())) {
            return;
        }
        duration.accept(seconds(run.took()));
        waits.accept(seconds(run.lateness()));
        if (run.outcome() == Outcome.SUCCESS) {
            lastSuccess = run;
        }
    }

    private void lookBack(JobHandle handle) {
        handle.history().stream()
                .filter(run -> run.outcome() == Outcome.SUCCESS)
                .forEach(run -> lastSuccess = run);
    }

    private Instant lastSuccess() {
        RunResult run = lastSuccess;
        return run == null ? seen : run.scheduled().plus(run.lateness()).plus(run.took());
    }

    private void counter(KernelMeter meter, String label, ToLongFunction<JobStats> count) {
        board.counter(series(meter, label), () -> count.applyAsLong(found().stats()));
    }

    private void gauge(KernelMeter meter, ToDoubleFunction<JobHandle> value) {
        board.gauge(series(meter), () -> value.applyAsDouble(found()));
    }

    /** Whoever reads figures is the first to see that a job is gone: nothing tells. */
    private JobHandle found() {
        return job.get().orElseThrow(() -> {
            board.removeIf(series -> series.meter().labels().contains(MeterLabel.JOB)
                    && series.values().get(0).equals(name));
            onGone.run();
            return new IllegalStateException("job '" + name + "' is gone");
        });
    }

    private MeterSeries series(KernelMeter meter) {
        return MeterSeries.of(meter, name);
    }

    private MeterSeries series(KernelMeter meter, String label) {
        return MeterSeries.of(meter, name, label);
    }

    static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
