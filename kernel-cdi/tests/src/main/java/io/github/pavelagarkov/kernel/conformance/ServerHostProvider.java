package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.Capability;
import java.util.Optional;
import java.util.Set;

/** The CDI host in a server that may hold other applications too, from outside. */
public abstract class ServerHostProvider extends PlainHostProvider {
    private final String id;
    private final String host;

    /**
     * A provider of one server.
     *
     * @param id of the column in the conformance report
     * @param host what the server is called, if the runner does not say
     */
    protected ServerHostProvider(String id, String host) {
        this.id = id;
        this.host = System.getProperty("runner.name", host);
    }

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String name() {
        return "kernel-cdi, host";
    }

    @Override
    public final String host() {
        return host;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(
                Capability.PROCESS,
                Capability.BACKEND_CONTROL,
                Capability.HTTP,
                Capability.GRPC,
                Capability.POSTGRES,
                Capability.CLICKHOUSE);
    }

    @Override
    public Optional<String> whyNot(Capability capability) {
        return switch (capability) {
            case SECOND_SIGNAL -> Optional.of("the process is the server's, not the kernel's to halt");
            case OWN_PROCESS ->
                Optional.of("other applications may live in a server, so a fatal error takes liveness down");
            case NO_LOG_PROVIDER -> Optional.of("asked by a test of its own, of an application without a provider");
            default -> Optional.empty();
        };
    }
}
