package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** One call of a listener, on a thread of its own. */
final class Callback {
    /** What is called. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    private final Thread thread;
    private volatile @Nullable Throwable error;
    private volatile boolean ended;

    private Callback(ThreadFactory threads, Call call, Runnable whenEnded) {
        thread = threads.newThread(() -> {
            try {
                call.run();
            } catch (Throwable e) {
                // Every kind: the election reports it, and the term ends in order.
                error = e;
            } finally {
                ended = true;
                whenEnded.run();
            }
        });
    }

    static Callback of(ThreadFactory threads, KernelClock clock, Thread waiting, Call call) {
        return new Callback(threads, call, () -> clock.unpark(waiting));
    }

    void start() {
        thread.start();
    }

    boolean hasEnded() {
        return ended;
    }

    Optional<Throwable> error() {
        return Optional.ofNullable(error);
    }

    boolean isCurrentThread() {
        return thread == Thread.currentThread();
    }

    void interrupt() {
        thread.interrupt();
    }

    String threadName() {
        return thread.getName();
    }

    List<String> frames() {
        return Arrays.stream(thread.getStackTrace())
                .limit(10)
                .map(StackTraceElement::toString)
                .toList();
    }
}
