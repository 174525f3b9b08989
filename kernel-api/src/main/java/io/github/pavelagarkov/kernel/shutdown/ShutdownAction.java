package io.github.pavelagarkov.kernel.shutdown;

/** What a hook does. Called once, on a thread of its own, with the context class loader of its registration. */
@FunctionalInterface
public interface ShutdownAction {
    /**
     * Cleans up and returns.
     *
     * @param context how much time is left
     * @throws Exception anything; the hook is then FAILED and the next one runs
     */
    void run(ShutdownContext context) throws Exception;
}
