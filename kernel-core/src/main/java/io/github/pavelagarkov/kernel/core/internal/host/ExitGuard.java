package io.github.pavelagarkov.kernel.core.internal.host;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;

/** Does something when the JVM exits, until it is taken back. */
public final class ExitGuard implements Registration {
    private final Thread hook;

    private ExitGuard(Thread hook) {
        this.hook = hook;
    }

    /**
     * {@return guards from now on; if the JVM exits already, the action is called at once}
     *
     * @param threads makes the hook's thread
     * @param action called while the JVM exits, which waits for it
     */
    public static ExitGuard of(KernelThreads threads, Runnable action) {
        Thread hook = threads.newThread("kernel-exit", action);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It exits already.
            action.run();
        }
        return new ExitGuard(hook);
    }

    @Override
    public boolean remove() {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM exits: the hook is running or has run.
            return false;
        }
    }
}
