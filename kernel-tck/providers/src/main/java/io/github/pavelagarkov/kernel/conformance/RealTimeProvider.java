package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.Capability;
import java.util.Set;

/** The same engines in real time, as most implementations are tested. */
public final class RealTimeProvider extends MemoryProvider {
    /** For the suite. */
    public RealTimeProvider() {}

    @Override
    public String id() {
        return "memory-real-time";
    }

    @Override
    public String name() {
        return "kernel-core, leases in memory, real time";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.NOTIFY,
                Capability.FENCE_SURVIVES_DATA_LOSS,
                Capability.BACKEND_CONTROL,
                Capability.RESTARTABLE);
    }
}
