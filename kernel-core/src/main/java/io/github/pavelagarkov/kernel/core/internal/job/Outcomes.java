package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.job.Outcome;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Says how a run ended. */
final class Outcomes {
    private static final int CAUSES = 16;

    private Outcomes() {}

    static Outcome of(Run run, @Nullable Throwable thrown, long endedNanos, boolean interrupted) {
        if (thrown instanceof VirtualMachineError) {
            return Outcome.FAILED;
        }
        Optional<Duration> limit = run.job.spec.deadline();
        CancelReason reason = run.endReason();
        boolean late = limit.isPresent() && endedNanos - run.startedNanos() >= Deadlines.nanos(limit.get());
        if (reason == CancelReason.DEADLINE || (reason == null && late)) {
            return Outcome.TIMED_OUT;
        }
        if (thrown == null) {
            return reason == null ? Outcome.SUCCESS : Outcome.CANCELLED;
        }
        // A driver may throw "cancelled" for reasons of its own: without a request to end, that is a failure like any
        // other.
        return reason != null && (interrupted || isEndOnRequest(thrown)) ? Outcome.CANCELLED : Outcome.FAILED;
    }

    private static boolean isEndOnRequest(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < CAUSES; depth++) {
            if (cause instanceof InterruptedException
                    || cause instanceof CancellationException
                    || cause instanceof ClosedByInterruptException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
