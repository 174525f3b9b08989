package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.dropwizard.DropwizardHost;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.util.Set;

/** The Dropwizard host, from outside. */
public final class DropwizardHostProvider extends PlainHostProvider {
    /** For the suite. */
    public DropwizardHostProvider() {}

    @Override
    public String id() {
        return "dropwizard-host";
    }

    @Override
    public String name() {
        return "kernel-dropwizard, host";
    }

    @Override
    public String host() {
        return DropwizardHost.NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.PROCESS,
                Capability.OWN_PROCESS,
                Capability.BACKEND_CONTROL,
                Capability.HTTP,
                Capability.HTTP_DURING_DRAIN,
                Capability.GRPC,
                Capability.POSTGRES,
                Capability.CLICKHOUSE);
    }

    @Override
    TckHost launcher() {
        return new DropwizardHost();
    }
}
