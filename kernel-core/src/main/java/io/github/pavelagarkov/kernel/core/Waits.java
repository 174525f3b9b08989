package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Waits for what others do, bounded by the injected clock. */
final class Waits {
    private Waits() {}

    /**
     * {@return the outcome; empty if there was none in time, or the calling thread was interrupted, which is kept}
     *
     * @throws java.util.concurrent.CompletionException if it failed
     */
    static <T> Optional<T> most(KernelClock clock, Duration atMost, CompletionStage<T> stage) {
        Check.notNegative("time to wait", atMost);
        CompletableFuture<T> future = stage.toCompletableFuture();
        ClockGate gate = new ClockGate(clock);
        var unused = future.whenComplete((done, error) -> gate.signalAll());
        try {
            return gate.await(future::isDone, Deadlines.after(clock, atMost))
                    ? Optional.ofNullable(future.join())
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
