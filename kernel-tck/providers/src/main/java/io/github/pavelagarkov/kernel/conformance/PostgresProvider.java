package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engines of kernel-core in real time, with leases in a real PostgreSQL. One server serves all tests. */
public final class PostgresProvider implements KernelTckProvider {
    private @Nullable PostgresProcess postgres;

    /** For the suite. */
    public PostgresProvider() {}

    @Override
    public String id() {
        return "postgres";
    }

    @Override
    public String name() {
        return "kernel-core, leases in PostgreSQL";
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
        PostgresProcess server = postgres;
        if (server == null) {
            // No test crashes the server, and DL-8 alone writes 16,000 transactions.
            server = PostgresProcess.builder().config("fsync", "off").start();
            postgres = server;
            List<List<String>> unused = server.query(PostgresLeaseStore.ddl());
        }
        PostgresNetwork network = new PostgresNetwork(server, setup.application());
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
        if (postgres != null) {
            postgres.close();
        }
    }
}
