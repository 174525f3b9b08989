package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engines of kernel-core in real time, with leases in a real Redis. One server serves all tests. */
public final class RedisProvider implements KernelTckProvider {
    private @Nullable RedisProcess redis;

    /** For the suite. */
    public RedisProvider() {}

    @Override
    public String id() {
        return "redis";
    }

    @Override
    public String name() {
        return "kernel-core, leases in Redis";
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
                Capability.BACKEND_CONTROL,
                Capability.RESTARTABLE);
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        RedisProcess server = redis;
        if (server == null) {
            server = RedisProcess.start();
            redis = server;
        }
        RedisNetwork network = new RedisNetwork(server, setup.application());
        return new EngineFixture() {
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
        };
    }

    @Override
    public void close() {
        if (redis != null) {
            redis.close();
        }
    }
}
