package io.github.pavelagarkov.kernel.tck;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs a call and keeps how it ended. */
final class Outcomes {
    private Outcomes() {}

    static <T> void complete(CompletableFuture<T> outcome, Callable<T> call) {
        try {
            outcome.complete(call.call());
        } catch (Throwable e) {
            // Every kind: the test that waits for the outcome decides what it means.
            outcome.completeExceptionally(e);
        }
    }
}
