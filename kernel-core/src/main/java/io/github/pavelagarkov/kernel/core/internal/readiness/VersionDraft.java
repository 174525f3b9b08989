package io.github.pavelagarkov.kernel.core.internal.readiness;

import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier.State;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The next version of a barrier in the making. Not thread-safe: belongs to the attempt that makes it. */
final class VersionDraft {
    final Map<String, SnapshotComponent> components;
    final Map<String, Status> statuses;
    private final ReadinessSnapshot before;
    private State state;
    private String stateReason;

    VersionDraft(ReadinessVersion version) {
        before = version.snapshot;
        components = new LinkedHashMap<>(version.components);
        statuses = new LinkedHashMap<>(before.components());
        state = before.state();
        stateReason = state == State.RUNNING ? "" : before.reason();
    }

    VersionDraft state(State next, String reason) {
        state = next;
        stateReason = reason;
        return this;
    }

    ReadinessVersion version(Instant now) {
        String reason = state == State.RUNNING ? notReadyComponents() : stateReason;
        boolean ready = state == State.RUNNING && reason.isEmpty();
        Instant since = ready == before.ready() ? before.since() : now;
        return new ReadinessVersion(
                new ReadinessSnapshot(before.version() + 1, state, ready, reason, since, statuses), components);
    }

    private String notReadyComponents() {
        if (statuses.isEmpty()) {
            return "no component is registered";
        }
        return statuses.entrySet().stream()
                .filter(entry -> !entry.getValue().ready())
                .map(entry -> entry.getKey() + ": " + entry.getValue().reason())
                .collect(Collectors.joining("; "));
    }
}
