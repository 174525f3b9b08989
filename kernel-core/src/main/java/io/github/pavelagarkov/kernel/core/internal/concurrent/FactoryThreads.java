package io.github.pavelagarkov.kernel.core.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** Threads from somebody else's factory. */
record FactoryThreads(ThreadFactory factory) implements KernelThreads {
    @Override
    public Thread newThread(String name, Runnable task) {
        Thread thread = factory.newThread(task);
        if (thread == null) {
            throw new IllegalStateException("the thread factory " + factory + " made no thread for " + name);
        }
        thread.setName(name);
        return thread;
    }

    @Override
    public Executor executor(String name) {
        return task -> newThread(name, task).start();
    }

    @Override
    public boolean virtual() {
        return false;
    }
}
