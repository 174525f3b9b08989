package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderUnknownException;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks a store who leads, and gives up after one attempt. */
final class LeaderQuery {
    private LeaderQuery() {}

    static CompletionStage<Optional<LeaderInfo>> ask(LeaseEngine engine, LeaseKey key, Duration attempt) {
        CompletableFuture<Optional<LeaderInfo>> answer = new CompletableFuture<>();
        HeapTimer.Task giveUp = new HeapTimer.Task() {
            @Override
            protected void fire(long nowNanos) {
                // On a thread of its own: what callers have chained to the answer may block.
                engine.execute(
                        "kernel-leader-" + key.name(),
                        () -> answer.completeExceptionally(unknown(
                                key, new BackendUnavailableException("the store did not answer within " + attempt))));
            }
        };
        if (!engine.timer().schedule(giveUp, Deadlines.after(engine.clock(), attempt))) {
            answer.completeExceptionally(
                    unknown(key, new BackendUnavailableException("the elector of this process is closed")));
            return answer.minimalCompletionStage();
        }
        try {
            var unused = engine.store().holder(key).whenComplete((holder, error) -> {
                engine.timer().cancel(giveUp);
                // Here too: this may be the one thread that brings the answers to all renewals.
                engine.execute("kernel-leader-" + key.name(), () -> {
                    if (error != null) {
                        answer.completeExceptionally(unknown(key, LeaseBatcher.Failures.cause(error, "no answer")));
                    } else {
                        answer.complete(holder);
                    }
                });
            });
        } catch (RuntimeException | Error e) {
            engine.timer().cancel(giveUp);
            answer.completeExceptionally(unknown(key, e));
        }
        return answer.minimalCompletionStage();
    }

    private static LeaderUnknownException unknown(LeaseKey key, Throwable cause) {
        return new LeaderUnknownException(
                "cannot find out who leads election '" + key.name() + "': " + cause.getMessage(), cause);
    }
}
