package io.github.pavelagarkov.kernel.core.log;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Carries the log context of whoever gives a task; everything else is the executor's behind it. */
final class CarryingExecutorService extends AbstractExecutorService {
    private final ExecutorService executor;

    CarryingExecutorService(ExecutorService executor) {
        this.executor = executor;
    }

    /** All ways to give a task end here. */
    @Override
    public void execute(Runnable task) {
        executor.execute(LogContext.carry(task));
    }

    @Override
    public void shutdown() {
        executor.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return executor.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return executor.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return executor.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return executor.awaitTermination(timeout, unit);
    }
}
