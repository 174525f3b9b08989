package io.github.pavelagarkov.kernel.shutdown;

import java.time.Duration;
import java.util.List;

/**
 * What a shutdown would do.
 *
 * @param hooks in the order they would run
 * @param spec the budget and its parts
 */
public record ShutdownPlan(List<PlannedHook> hooks, ShutdownSpec spec) {
    /** Copies the list. */
    public ShutdownPlan {
        hooks = List.copyOf(hooks);
    }

    /**
     * One hook of the plan.
     *
     * @param name the hook
     * @param priority smaller runs earlier
     * @param timeout how long it may run
     */
    public record PlannedHook(String name, int priority, Duration timeout) {}
}
