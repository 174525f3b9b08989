package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.util.Optional;
import java.util.Set;

/** The plain Java host, from outside. */
public class PlainHostProvider implements KernelTckProvider {
    /** For the suite. */
    public PlainHostProvider() {}

    @Override
    public String id() {
        return "plain-host";
    }

    @Override
    public String name() {
        return "kernel-core, host Kernel";
    }

    @Override
    public String version() {
        return EngineFixture.version();
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.PROCESS,
                Capability.OWN_PROCESS,
                Capability.SECOND_SIGNAL,
                Capability.NO_LOG_PROVIDER,
                Capability.HTTP_DURING_DRAIN,
                Capability.BACKEND_CONTROL,
                Capability.GRPC,
                Capability.POSTGRES,
                Capability.CLICKHOUSE);
    }

    /** {@return starts the service} */
    TckHost launcher() {
        return new PlainHost(PlainHostMain.class);
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        return new KernelFixture() {
            @Override
            public Optional<TckHost> host() {
                return Optional.of(launcher());
            }

            @Override
            public void close() {
                // Each test closes its hosts.
            }
        };
    }
}
