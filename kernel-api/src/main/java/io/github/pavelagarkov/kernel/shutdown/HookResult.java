package io.github.pavelagarkov.kernel.shutdown;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of one hook.
 *
 * @param name the hook
 * @param priority its priority
 * @param outcome how it ended
 * @param took how long it ran, as far as it was watched
 * @param error what it threw, if it threw
 * @param stuckAt the top of its stack when it was given up on, innermost first; empty otherwise
 */
public record HookResult(
        String name,
        int priority,
        HookOutcome outcome,
        Duration took,
        Optional<Throwable> error,
        List<String> stuckAt) {
    /** Copies the list. */
    public HookResult {
        stuckAt = List.copyOf(stuckAt);
    }
}
