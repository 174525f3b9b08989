package io.github.pavelagarkov.kernel.core.internal.concurrent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Threads of this JVM. Bytecode is for 17, so virtual threads are found by name. */
enum SystemThreads implements KernelThreads {
    INSTANCE;

    private static final @Nullable MethodHandle START_VIRTUAL = findStartVirtual();

    private static @Nullable MethodHandle findStartVirtual() {
        if (Runtime.version().feature() < 21) {
            // 19 and 20 have the method too, but only as a preview.
            return null;
        }
        try {
            return MethodHandles.publicLookup()
                    .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class))
                    .asType(MethodType.methodType(void.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public Executor executor(String name) {
        MethodHandle start = START_VIRTUAL;
        return start != null ? task -> startVirtual(start, task) : pool(this, name);
    }

    private static void startVirtual(MethodHandle start, Runnable task) {
        try {
            start.invokeExact(task);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("could not start a virtual thread", e);
        }
    }

    /** {@return a pool that grows with what it is given} */
    static ExecutorService pool(KernelThreads threads, String name) {
        AtomicLong count = new AtomicLong();
        ThreadFactory factory = task -> threads.newThread(name + "-" + count.incrementAndGet(), task);
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    @Override
    public boolean virtual() {
        return START_VIRTUAL != null;
    }
}
