package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counters and last runs of one job, made with its first run.
 *
 * <p>The runs are kept as numbers in a ring that grows up to its size, so a run costs no memory of its own; results are made
 * from them when somebody asks.
 *
 * <p>INVARIANT: guarded by the engine's lock.
 */
@SuppressWarnings("EnumOrdinal") // the numbers never leave this object
final class JobRecord {
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Fire[] FIRES = Fire.values();
    /** Numbers of one run: id, point, lateness, duration, fire and outcome. */
    private static final int WIDTH = 5;

    private final long[] counts = new long[OUTCOMES.length];
    private final int size;
    private long[] ring = new long[0];
    /** Error and correlation id of a run by hand; null while no run in the ring has either. */
    private @Nullable Object @Nullable [] extras;

    private int filled;
    private int next;
    long missed;

    JobRecord(int size) {
        // One is kept in any case: a job without history still tells its last run.
        this.size = Math.max(1, size);
    }

    void count(Outcome outcome) {
        counts[outcome.ordinal()]++;
    }

    void add(Run run, Outcome outcome, @Nullable Throwable error, long latenessNanos, long tookNanos) {
        count(outcome);
        grow();
        int at = next * WIDTH;
        ring[at] = run.id;
        ring[at + 1] = run.scheduledEpochNanos;
        ring[at + 2] = latenessNanos;
        ring[at + 3] = tookNanos;
        ring[at + 4] = run.fire.ordinal() * 100L + outcome.ordinal();
        keepExtras(error, run.manual == null ? null : run.correlationId());
        next = (next + 1) % size;
        filled = Math.min(filled + 1, size);
    }

    private void grow() {
        if (next == filled && filled < size && ring.length < (filled + 1) * WIDTH) {
            ring = Arrays.copyOf(ring, Math.min(size, Math.max(1, filled * 2)) * WIDTH);
        }
    }

    private void keepExtras(@Nullable Throwable error, @Nullable String correlationId) {
        if (extras == null) {
            if (error == null && correlationId == null) {
                return;
            }
            extras = new Object[size * 2];
        }
        extras[next * 2] = error;
        extras[next * 2 + 1] = correlationId;
    }

    Map<Outcome, Long> outcomes() {
        Map<Outcome, Long> all = new EnumMap<>(Outcome.class);
        for (Outcome outcome : OUTCOMES) {
            all.put(outcome, counts[outcome.ordinal()]);
        }
        return all;
    }

    static Map<Outcome, Long> noOutcomes() {
        return new JobRecord(0).outcomes();
    }

    Optional<RunResult> last(JobEntry job) {
        return filled == 0 ? Optional.empty() : Optional.of(result(job, Math.floorMod(next - 1, size)));
    }

    /** {@return the last runs, newest last} */
    List<RunResult> results(JobEntry job) {
        List<RunResult> all = new ArrayList<>(filled);
        for (int i = filled; i > 0; i--) {
            all.add(result(job, Math.floorMod(next - i, size)));
        }
        return List.copyOf(all);
    }

    private RunResult result(JobEntry job, int slot) {
        int at = slot * WIDTH;
        Object error = extras == null ? null : extras[slot * 2];
        Object correlationId = extras == null ? null : extras[slot * 2 + 1];
        return new RunResult(
                job.spec.name(),
                ring[at],
                correlationId instanceof String own ? own : job.engine.correlationId(ring[at]),
                FIRES[(int) (ring[at + 4] / 100)],
                Results.instant(ring[at + 1]),
                Duration.ofNanos(ring[at + 2]),
                Duration.ofNanos(ring[at + 3]),
                OUTCOMES[(int) (ring[at + 4] % 100)],
                error instanceof Throwable thrown ? Optional.of(thrown) : Optional.empty());
    }
}
