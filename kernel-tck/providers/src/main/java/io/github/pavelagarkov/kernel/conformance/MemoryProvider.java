package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.util.Optional;
import java.util.Set;

/** The engines of kernel-core in virtual time, with leases in memory. Extended by implementations that are broken. */
public class MemoryProvider implements KernelTckProvider {
    /** For the suite. */
    public MemoryProvider() {}

    @Override
    public String id() {
        return "memory";
    }

    @Override
    public String name() {
        return "kernel-core, leases in memory, virtual time";
    }

    @Override
    public String version() {
        return EngineFixture.version();
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.NOTIFY,
                Capability.FENCE_SURVIVES_DATA_LOSS,
                Capability.TIME_CONTROL,
                Capability.BACKEND_CONTROL,
                Capability.RESTARTABLE);
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        return new MemoryFixture(new MemoryNetwork(setup));
    }

    /** Extended by implementations that are broken. */
    static class MemoryFixture extends EngineFixture {
        final MemoryNetwork network;

        MemoryFixture(MemoryNetwork network) {
            this.network = network;
        }

        @Override
        LeaseStore store(TckNode node) {
            return network.store(node);
        }

        @Override
        public Optional<TckBackend> backend() {
            return Optional.of(network);
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
