package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a gRPC server listens and what it allows. Start with {@link #onPort} and change what is to be different. Immutable.
 *
 * @param port 1 to 65,535; 0 for a free one
 * @param address the address to listen on [0.0.0.0]
 * @param health whether {@code grpc.health.v1.Health} is served [true]
 * @param reflection whether {@code grpc.reflection.v1.ServerReflection} is served: anybody may then read the API [false]
 * @param channelz whether {@code grpc.channelz.v1.Channelz} is served: anybody may then see the connections [false]
 * @param limits what one call may take
 * @param connections how long connections live
 * @param tls how they are encrypted; empty for not at all
 * @see <a href="SPEC.md">SPEC.md GR-1</a>
 */
public record GrpcSettings(
        int port,
        String address,
        boolean health,
        boolean reflection,
        boolean channelz,
        GrpcLimits limits,
        GrpcConnections connections,
        Optional<GrpcTls> tls) {
    /** The default of {@code kernel.grpc.address}. */
    public static final String ADDRESS = "0.0.0.0";

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; names the field
     */
    public GrpcSettings {
        Check.range("port", port, 0, 65_535);
        Check.notNull("address", address);
        Check.notNull("limits", limits);
        Check.notNull("connections", connections);
        Check.notNull("tls", tls);
    }

    /**
     * {@return the defaults}
     *
     * @param port 1 to 65,535; 0 for a free one
     */
    public static GrpcSettings onPort(int port) {
        return new GrpcSettings(
                port, ADDRESS, true, false, false, GrpcLimits.defaults(), GrpcConnections.defaults(), Optional.empty());
    }

    /**
     * {@return these settings on another port}
     *
     * @param number 1 to 65,535; 0 for a free one
     */
    public GrpcSettings withPort(int number) {
        return new GrpcSettings(number, address, health, reflection, channelz, limits, connections, tls);
    }

    /**
     * {@return these settings on another address}
     *
     * @param host a host name or an IP address of this machine
     */
    public GrpcSettings withAddress(String host) {
        return new GrpcSettings(port, host, health, reflection, channelz, limits, connections, tls);
    }

    /**
     * {@return these settings with or without the health service}
     *
     * @param served whether {@code grpc.health.v1.Health} is served
     */
    public GrpcSettings withHealth(boolean served) {
        return new GrpcSettings(port, address, served, reflection, channelz, limits, connections, tls);
    }

    /**
     * {@return these settings with or without reflection}
     *
     * @param served whether {@code grpc.reflection.v1.ServerReflection} is served
     */
    public GrpcSettings withReflection(boolean served) {
        return new GrpcSettings(port, address, health, served, channelz, limits, connections, tls);
    }

    /**
     * {@return these settings with or without channelz}
     *
     * @param served whether {@code grpc.channelz.v1.Channelz} is served
     */
    public GrpcSettings withChannelz(boolean served) {
        return new GrpcSettings(port, address, health, reflection, served, limits, connections, tls);
    }

    /**
     * {@return these settings with other limits}
     *
     * @param allowed what one call may take
     */
    public GrpcSettings withLimits(GrpcLimits allowed) {
        return new GrpcSettings(port, address, health, reflection, channelz, allowed, connections, tls);
    }

    /**
     * {@return these settings with a time limit for unary calls}
     *
     * @param most how long one may take; positive
     */
    public GrpcSettings withCallTimeout(Duration most) {
        return withLimits(limits.withCallTimeout(most));
    }

    /**
     * {@return these settings with other connections}
     *
     * @param lives how long they live
     */
    public GrpcSettings withConnections(GrpcConnections lives) {
        return new GrpcSettings(port, address, health, reflection, channelz, limits, lives, tls);
    }

    /**
     * {@return these settings with encryption}
     *
     * @param files certificate and key
     */
    public GrpcSettings withTls(GrpcTls files) {
        return new GrpcSettings(port, address, health, reflection, channelz, limits, connections, Optional.of(files));
    }
}
