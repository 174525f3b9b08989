package io.github.pavelagarkov.kernel.tck.leader;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** One call into the service, on a thread of its own. */
final class ServiceCall {
    @FunctionalInterface
    interface Code {
        void run() throws Exception;
    }

    private static final int FRAMES = 10;

    private final Thread thread;
    private volatile @Nullable Throwable error;
    private volatile boolean ended;

    /**
     * @param threads makes its thread
     * @param code what is called
     * @param atEnd told when it has ended, on its thread
     */
    ServiceCall(ThreadFactory threads, Code code, Runnable atEnd) {
        thread = threads.newThread(() -> {
            try {
                code.run();
            } catch (Throwable e) {
                // Every kind: it is reported, and the term ends in order.
                error = e;
            } finally {
                ended = true;
                atEnd.run();
            }
        });
    }

    ServiceCall start() {
        thread.start();
        return this;
    }

    boolean hasEnded() {
        return ended;
    }

    Optional<Throwable> error() {
        return Optional.ofNullable(error);
    }

    void interrupt() {
        thread.interrupt();
    }

    String threadName() {
        return thread.getName();
    }

    /** {@return the top of its stack, innermost first} */
    List<String> frames() {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .toList();
    }

    boolean isCurrent() {
        return thread == Thread.currentThread();
    }
}
