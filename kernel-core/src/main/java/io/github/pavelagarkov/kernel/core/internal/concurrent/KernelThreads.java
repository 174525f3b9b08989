package io.github.pavelagarkov.kernel.core.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Makes every thread of kernel: the only place in the code base that does.
 *
 * <p>Thread-safe.
 */
public interface KernelThreads {
    /**
     * Makes a platform thread that does not keep the process alive.
     *
     * @param name of the thread
     * @param task what it runs
     * @return the thread, not started
     * @throws IllegalStateException if the container that makes the threads has stopped
     */
    Thread newThread(String name, Runnable task);

    /**
     * Makes an executor that runs each task on a thread of its own, virtual where the JVM has them; never on the caller's.
     * It may refuse with RejectedExecutionException or IllegalStateException when a container has stopped.
     *
     * @param name prefix of the threads' names
     * @return the executor; needs no closing
     */
    Executor executor(String name);

    /** {@return whether the threads of {@link #executor} are cheap enough to have thousands} */
    boolean virtual();

    /** {@return threads of this JVM: virtual ones from JDK 21 on, pooled platform threads before} */
    static KernelThreads system() {
        return SystemThreads.INSTANCE;
    }

    /**
     * {@return threads of a container or a test, one for each task}
     *
     * @param factory makes them
     */
    static KernelThreads of(ThreadFactory factory) {
        return new FactoryThreads(factory);
    }
}
