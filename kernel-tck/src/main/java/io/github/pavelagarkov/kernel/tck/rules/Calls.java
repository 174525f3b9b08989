package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.tck.TckTime;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Calls an implementation while time passes, so that one which blocks, or answers late, is waited for and not run into.
 *
 * @param time of the test
 */
record Calls(TckTime time) {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** {@return what a call that may block returns} */
    <T> T result(String what, Callable<T> call) {
        return result(what, time.start(call));
    }

    /** {@return what an asynchronous call is answered} */
    <T> T answer(String what, Callable<CompletionStage<T>> call) {
        return result(what, ended(what, call));
    }

    /** {@return how an asynchronous call ended, well or not} */
    <T> CompletableFuture<T> ended(String what, Callable<CompletionStage<T>> call) {
        return end(what, time.start(call).thenCompose(Function.identity()));
    }

    /** Waits for the end, well or not, of something started before. */
    <T> CompletableFuture<T> end(String what, CompletableFuture<T> started) {
        time.until(what + " has ended", LONGEST, started::isDone);
        return started;
    }

    private <T> T result(String what, CompletableFuture<T> started) {
        try {
            return end(what, started).join();
        } catch (CompletionException e) {
            throw new AssertionError(what + " failed: " + e.getCause(), e.getCause());
        }
    }
}
