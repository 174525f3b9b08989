package io.github.pavelagarkov.kernel.core.redis;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs each task at once on the thread that brings it.
 *
 * <p>For a Redisson client of our own: it hands every message of a channel to its executor, and to wake a thread for that
 * takes longer than anything our listeners do. They are short and never block.
 *
 * <p>Has nothing to shut down. Thread-safe.
 */
final class CallersThread extends AbstractExecutorService {
    @Override
    public void execute(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // As if it had a thread of its own: the caller is in the middle of decoding what Redis has sent.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    @Override
    public void shutdown() {
        // Redisson asks isShutdown() before it delivers a message, and leaves an executor that is not its own alone.
    }

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
