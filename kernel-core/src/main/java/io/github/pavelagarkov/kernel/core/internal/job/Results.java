package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the results that are handed out; only when somebody asks for one. */
final class Results {
    private static final long SECOND = 1_000_000_000L;

    private Results() {}

    static Instant instant(long epochNanos) {
        return Instant.ofEpochSecond(Math.floorDiv(epochNanos, SECOND), Math.floorMod(epochNanos, SECOND));
    }

    static RunResult of(Run run, Outcome outcome, @Nullable Throwable error, long latenessNanos, long tookNanos) {
        return new RunResult(
                run.job.spec.name(),
                run.id,
                run.correlationId(),
                run.fire,
                instant(run.scheduledEpochNanos),
                Duration.ofNanos(latenessNanos),
                Duration.ofNanos(tookNanos),
                outcome,
                Optional.ofNullable(error));
    }

    static RunResult leftOut(Run run, Outcome outcome, @Nullable Throwable error) {
        return of(run, outcome, error, 0, 0);
    }
}
