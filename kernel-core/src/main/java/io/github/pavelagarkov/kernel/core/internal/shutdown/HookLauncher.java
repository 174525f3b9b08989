package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives each hook a thread, also when the container that makes threads has stopped. Thread-safe. */
final class HookLauncher {
    private static final String NAME = "kernel-shutdown";

    private final KernelThreads threads;
    private final Executor executor;
    private final Consumer<Hook> onEnd;
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();

    HookLauncher(KernelThreads threads, Consumer<Hook> onEnd) {
        this.threads = threads;
        this.executor = threads.executor(NAME);
        this.onEnd = onEnd;
    }

    /** Whether the calling thread runs a hook. */
    boolean isInside() {
        return inside.contains(Thread.currentThread());
    }

    void launch(Hook hook) {
        Runnable task = () -> run(hook);
        // A hook may get two threads when the first way fails half-way; it runs once all the same.
        Throwable refused = attempt(() -> executor.execute(task));
        if (refused != null) {
            refused = attempt(() -> threads.newThread(NAME, task).start());
        }
        if (refused != null) {
            refused = attempt(() -> KernelThreads.system().newThread(NAME, task).start());
        }
        if (refused != null && hook.failToStart(refused)) {
            onEnd.accept(hook);
        }
    }

    private static @Nullable Throwable attempt(Runnable start) {
        try {
            start.run();
            return null;
        } catch (Throwable e) {
            // Refused, stopped, or out of native threads: all mean to try the next way.
            return e;
        }
    }

    private void run(Hook hook) {
        Thread self = Thread.currentThread();
        inside.add(self);
        boolean told;
        try {
            told = hook.run();
        } finally {
            inside.remove(self);
        }
        if (told) {
            onEnd.accept(hook);
        }
    }
}
