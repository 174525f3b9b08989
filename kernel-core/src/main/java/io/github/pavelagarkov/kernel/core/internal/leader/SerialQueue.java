package io.github.pavelagarkov.kernel.core.internal.leader;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs short steps one at a time, in order, without a thread of its own: who finds the queue idle runs it empty. A step that
 * is added from inside a step runs after it, never within it.
 */
final class SerialQueue {
    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    void execute(Runnable step) {
        steps.add(step);
        if (waiting.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = steps.poll();
            if (next != null) {
                run(next);
            }
        } while (waiting.decrementAndGet() != 0);
    }

    /** A step that throws is a bug; it must neither end the thread that happens to run it nor keep the steps behind it. */
    private static void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
