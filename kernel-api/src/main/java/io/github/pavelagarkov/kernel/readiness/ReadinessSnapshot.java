package io.github.pavelagarkov.kernel.readiness;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A barrier at one moment.
 *
 * @param version grows by one with every change
 * @param state where the barrier is in its life
 * @param ready whether this instance should get traffic
 * @param reason why not, in one sentence; empty if ready
 * @param since when {@code ready} last changed, by the wall clock
 * @param components what each part said last, in the order they were registered
 */
public record ReadinessSnapshot(
        long version,
        ReadinessBarrier.State state,
        boolean ready,
        String reason,
        Instant since,
        Map<String, Status> components) {
    /** Copies the map, keeping its order. */
    public ReadinessSnapshot {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
    }

    /**
     * What one part said last.
     *
     * @param ready whether it is ready
     * @param reason why not; empty if ready
     * @param since when it last changed, by the wall clock
     */
    public record Status(boolean ready, String reason, Instant since) {}
}
