package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.postgres.LeaseStatements.Outcome;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Something that was asked of the store and waits for its turn. */
sealed interface Call {
    /** {@return what is told to who asked} */
    CompletableFuture<?> answer();

    default void fail(BackendUnavailableException why) {
        boolean unused = answer().completeExceptionally(why);
    }

    /**
     * Leases to acquire or renew.
     *
     * @param giveUpAt when nobody waits for the answer any longer: a grant that comes later only blocks the lease
     */
    record Lease(List<LeaseRequest> batch, long giveUpAt, CompletableFuture<List<LeaseReply>> answer) implements Call {
        void complete(List<LeaseReply> replies) {
            boolean unused = answer.complete(List.copyOf(replies));
        }
    }

    /** A lease to give up: worth doing however late. */
    record Release(LeaseStatements.Release lease, CompletableFuture<Boolean> answer) implements Call {
        void complete(Outcome outcome) {
            outcome.trouble().ifPresentOrElse(this::fail, () -> answer.complete(outcome.released()));
        }
    }

    /** Who holds a lease. */
    record Holder(LeaseKey key, CompletableFuture<Optional<LeaderInfo>> answer) implements Call {
        void complete(Optional<LeaderInfo> holder) {
            boolean unused = answer.complete(holder);
        }
    }
}
