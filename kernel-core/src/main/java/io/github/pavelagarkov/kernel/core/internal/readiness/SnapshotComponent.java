package io.github.pavelagarkov.kernel.core.internal.readiness;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot.Status;

/** A name in the snapshots of a barrier. Thread-safe. */
final class SnapshotComponent implements ReadinessComponent {
    private final SnapshotReadinessBarrier barrier;
    private final String name;
    private volatile Status removed;

    SnapshotComponent(SnapshotReadinessBarrier barrier, String name, Status registered) {
        this.barrier = barrier;
        this.name = name;
        this.removed = registered;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SignalResult ready() {
        return barrier.signal(this, true, "");
    }

    @Override
    public SignalResult notReady(String reason) {
        return barrier.signal(this, false, Check.notNull("reason of component '" + name + "'", reason));
    }

    @Override
    public Status status() {
        return barrier.status(this).orElse(removed);
    }

    void removed(Status status) {
        removed = status;
    }
}
