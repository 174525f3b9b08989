package io.github.pavelagarkov.kernel.shutdown;

import java.time.Duration;
import java.util.List;

/**
 * What a shutdown did.
 *
 * @param reason why the process stopped
 * @param took time spent in the steps of the shutdown, drain delay included, the host's own waiting not
 * @param drained time between readiness down and the first hook
 * @param hooks every hook, in the order they ended
 * @param completed false in a snapshot taken while the shutdown goes on
 */
public record ShutdownReport(
        String reason, Duration took, Duration drained, List<HookResult> hooks, boolean completed) {
    /** Copies the list. */
    public ShutdownReport {
        hooks = List.copyOf(hooks);
    }

    /** {@return whether it is over and every hook returned in time} */
    public boolean clean() {
        return completed
                && hooks.stream()
                        .allMatch(hook -> hook.outcome() == HookOutcome.OK || hook.outcome() == HookOutcome.LATE_OK);
    }

    /**
     * {@return how many hooks ended that way}
     *
     * @param outcome how
     */
    public long count(HookOutcome outcome) {
        return hooks.stream().filter(hook -> hook.outcome() == outcome).count();
    }
}
