package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Stacks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows the thread that runs a callback, so that it can be interrupted and shown; never another one. Thread-safe. */
final class CallbackThread {
    @FunctionalInterface
    interface Callback {
        void call() throws Exception;
    }

    record Where(String thread, List<String> frames) {}

    private final Object lock = new Object();
    private @Nullable Thread running;

    /** {@return what the callback threw, or null} */
    @Nullable
    Throwable call(Callback callback) {
        synchronized (lock) {
            running = Thread.currentThread();
        }
        Throwable error = null;
        try {
            callback.call();
        } catch (Throwable e) {
            error = e;
        }
        synchronized (lock) {
            running = null;
            // An interrupt that was meant for the callback must not reach what this thread does next.
            Thread.interrupted();
        }
        return error;
    }

    void interrupt() {
        synchronized (lock) {
            if (running != null) {
                running.interrupt();
            }
        }
    }

    boolean isCurrent() {
        synchronized (lock) {
            return running == Thread.currentThread();
        }
    }

    Where where() {
        Thread thread;
        synchronized (lock) {
            thread = running;
        }
        return thread == null
                ? new Where("none", List.of())
                : new Where(thread.getName().isEmpty() ? thread.toString() : thread.getName(), Stacks.top(thread));
    }
}
