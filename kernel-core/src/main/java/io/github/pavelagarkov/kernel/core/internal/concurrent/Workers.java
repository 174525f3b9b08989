package io.github.pavelagarkov.kernel.core.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs each task on a thread of its own, virtual where the JVM has them, otherwise of a pool that grows with what it is given;
 * and knows when all of them have ended. Thread-safe.
 */
public final class Workers implements Executor {
    private final Executor executor;
    private final @Nullable ExecutorService pool;
    private final AtomicInteger running = new AtomicInteger();

    private Workers(Executor executor, @Nullable ExecutorService pool) {
        this.executor = executor;
        this.pool = pool;
    }

    /**
     * {@return workers on these threads}
     *
     * @param threads makes them
     * @param name prefix of their names
     */
    public static Workers of(KernelThreads threads, String name) {
        if (threads.virtual()) {
            return new Workers(threads.executor(name), null);
        }
        // Not threads.executor(): threads of a container are one for each task there, and nobody could end a pool.
        ExecutorService pool = SystemThreads.pool(threads, name);
        return new Workers(pool, pool);
    }

    @Override
    public void execute(Runnable task) {
        running.incrementAndGet();
        boolean given = false;
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    running.decrementAndGet();
                }
            });
            given = true;
        } finally {
            if (!given) {
                running.decrementAndGet();
            }
        }
    }

    /** Lets idle threads go; takes no more tasks if the threads are of a pool. */
    public void stop() {
        ExecutorService threads = pool;
        if (threads != null) {
            threads.shutdown();
        }
    }

    /** {@return whether no task runs, and after {@link #stop} no thread of a pool is left} */
    public boolean idle() {
        ExecutorService threads = pool;
        return running.get() == 0 && (threads == null || !threads.isShutdown() || threads.isTerminated());
    }
}
