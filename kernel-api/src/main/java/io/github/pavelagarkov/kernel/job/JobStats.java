package io.github.pavelagarkov.kernel.job;

import java.util.Map;

/**
 * Counters of one job since it was registered.
 *
 * @param outcomes how many runs ended how; every outcome is a key
 * @param missed points left out because they were missed by more than the grace
 * @param running runs going on now, abandoned ones included
 * @param queued runs waiting for a permit now
 */
public record JobStats(Map<Outcome, Long> outcomes, long missed, int running, int queued) {
    /** Copies the map. */
    public JobStats {
        outcomes = Map.copyOf(outcomes);
    }

    /**
     * {@return how many runs ended that way}
     *
     * @param outcome how
     */
    public long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}
