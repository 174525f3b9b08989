package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.cdi.tests.host.HelidonHost;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.util.Set;

/** The CDI host in Helidon MP, from outside. */
public final class HelidonHostProvider extends PlainHostProvider {
    /** For the suite. */
    public HelidonHostProvider() {}

    @Override
    public String id() {
        return "helidon-host";
    }

    @Override
    public String name() {
        return "kernel-cdi, host";
    }

    @Override
    public String host() {
        return System.getProperty("runner.name", "Helidon MP");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.PROCESS,
                Capability.OWN_PROCESS,
                Capability.SECOND_SIGNAL,
                Capability.NO_LOG_PROVIDER,
                Capability.BACKEND_CONTROL,
                Capability.HTTP,
                Capability.HTTP_DURING_DRAIN,
                Capability.GRPC,
                Capability.POSTGRES,
                Capability.CLICKHOUSE);
    }

    @Override
    TckHost launcher() {
        return new HelidonHost();
    }
}
