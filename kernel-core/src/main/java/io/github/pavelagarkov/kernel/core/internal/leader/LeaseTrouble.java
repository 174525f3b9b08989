package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers why a store fails an election, and reports each change once. {@link #cause} may be read by any thread. */
final class LeaseTrouble {
    private final String election;
    private final LeaseEffects effects;
    private volatile @Nullable Throwable cause;
    private boolean reported;
    private long since;
    private long failures;

    LeaseTrouble(String election, LeaseEffects effects) {
        this.election = election;
        this.effects = effects;
        this.cause =
                new BackendUnavailableException("election '" + election + "' has had no answer from its store yet");
    }

    Optional<Throwable> cause() {
        return Optional.ofNullable(cause);
    }

    /** {@return what an election is that does not lead} */
    LeadershipStatus candidateStatus() {
        Throwable current = cause;
        return current == null ? new LeadershipStatus.Follower() : new LeadershipStatus.Unknown(current);
    }

    void noAnswer(Duration within, long now) {
        report(
                new BackendUnavailableException(
                        "the store of election '" + election + "' did not answer within " + within),
                now);
    }

    void failed(LeaseReply reply, long now) {
        report(
                reply instanceof LeaseReply.Failed failed
                        ? failed.cause()
                        : new BackendUnavailableException("the store of election '" + election + "' answered " + reply),
                now);
    }

    void neverExpires(long now) {
        report(
                new KernelException("the lease of election '" + election + "' is held by somebody without an end: "
                        + "its key in the store never expires; delete it or give it a ttl"),
                now);
    }

    private void report(Throwable failure, long now) {
        Throwable before = cause;
        cause = failure;
        failures++;
        if (!reported) {
            reported = true;
            since = now;
        } else if (isSame(before, failure)) {
            return;
        }
        effects.publish(() -> new LeaderEvent.Trouble(election, failure));
    }

    private static boolean isSame(@Nullable Throwable a, Throwable b) {
        return a != null && a.getClass() == b.getClass() && Objects.equals(a.getMessage(), b.getMessage());
    }

    void over(long now) {
        cause = null;
        if (reported) {
            reported = false;
            long count = failures;
            Duration after = Duration.ofNanos(now - since);
            effects.publish(() -> new LeaderEvent.Recovered(election, after, count));
        }
        failures = 0;
    }
}
