package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.job.Fire;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Runs that became due in one wake-up of the timer, handed over together.
 *
 * <p>Handed over one by one, the first would end while the timer fires the next, and both would contend for the engine's
 * lock. Where threads are virtual a {@link RunBatch} takes them all: one thread is started instead of one for each.
 *
 * <p>Used by the timer's thread only.
 */
final class DueRuns {
    /** The first of a burst need not wait until its last is due. */
    private static final int MOST = 64;

    private static final long SHORTEST_LOOK = Duration.ofMillis(1).toNanos();

    private final JobEngine engine;
    private final Generation generation;
    private final boolean cheapThreads;
    private final long lookAfterNanos;
    /** A deadline that is nearer than this may have passed before the first look. */
    private final long nearNanos;

    private final @Nullable Run[] runs = new Run[MOST];
    /** Batches whose last run may not have begun. */
    private final Queue<RunBatch> underWay = new ArrayDeque<>();

    private final HeapTimer.Task look = new HeapTimer.Task() {
        @Override
        protected void fire(long nowNanos) {
            underWay.removeIf(RunBatch::spread);
            lookIfAny();
        }
    };

    private int count;

    DueRuns(JobEngine engine, Generation generation, boolean cheapThreads) {
        this.engine = engine;
        this.generation = generation;
        this.cheapThreads = cheapThreads;
        // Half of it, because wake-ups are rounded up: that comes to the next one.
        long look = Math.max(engine.resolutionNanos, SHORTEST_LOOK);
        this.lookAfterNanos = look / 2;
        this.nearNanos = 2 * look;
    }

    /**
     * {@return whether the deadline of a run need not be watched from the start}
     *
     * <p>Nearly all short runs are over by the first look, and with ten thousand of them a second, watching each costs as
     * much as firing it.
     */
    boolean looksAfter(Run run) {
        return cheapThreads && run.expectedShort && run.fire != Fire.MANUAL && !isNear(run.job.spec.deadline());
    }

    private boolean isNear(Optional<Duration> deadline) {
        return deadline.isPresent() && Deadlines.nanos(deadline.get()) < nearNanos;
    }

    void add(Run run) {
        runs[count++] = run;
        if (count == MOST) {
            submit();
        }
    }

    void submit() {
        int size = count;
        count = 0;
        if (size > 1 && cheapThreads) {
            submitTogether(new RunBatch(engine, runs, size));
        } else {
            for (int i = 0; i < size; i++) {
                submitAlone(runs[i]);
            }
        }
        Arrays.fill(runs, 0, size, null);
    }

    private void submitAlone(@Nullable Run run) {
        if (run != null && looksAfter(run)) {
            // There is no batch whose look would do it.
            RunWatch.watchDeadlines(engine, List.of(run));
        }
        engine.submit(run);
    }

    private void submitTogether(RunBatch batch) {
        try {
            engine.executor.execute(batch);
        } catch (RuntimeException | OutOfMemoryError e) {
            batch.submitEach();
            return;
        }
        underWay.add(batch);
        if (underWay.size() == 1) {
            lookIfAny();
        }
    }

    private void lookIfAny() {
        if (!underWay.isEmpty()) {
            generation.timer.schedule(look, engine.clock.nanoTime() + lookAfterNanos);
        }
    }
}
