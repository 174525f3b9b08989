package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the connections of a gRPC server live. Immutable.
 *
 * @param keepAliveTime after how much silence a connection is tried; at least 1 s [2 h, gRPC's own]
 * @param keepAliveTimeout how long it may then be silent before it is closed; at least 1 s [20 s, gRPC's own]
 * @param maxAge after how long a client is asked to open another, so that load spreads over new instances; at least 1 s; empty
 *     for never
 * @param maxAgeGrace how long calls may then go on; zero or positive; empty for as long as they take
 * @param maxIdle after how long without a call a connection is closed; at least 1 s; empty for never
 */
public record GrpcConnections(
        Duration keepAliveTime,
        Duration keepAliveTimeout,
        Optional<Duration> maxAge,
        Optional<Duration> maxAgeGrace,
        Optional<Duration> maxIdle) {
    // gRPC raises anything shorter to a second without a word.
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final GrpcConnections DEFAULTS = new GrpcConnections(
            Duration.ofHours(2), Duration.ofSeconds(20), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range, or a grace belongs to no age; names the field
     */
    public GrpcConnections {
        Check.atLeast("keepAliveTime", keepAliveTime, SHORTEST);
        Check.atLeast("keepAliveTimeout", keepAliveTimeout, SHORTEST);
        Check.notNull("maxConnectionAge", maxAge).ifPresent(age -> Check.atLeast("maxConnectionAge", age, SHORTEST));
        Check.notNull("maxConnectionAgeGrace", maxAgeGrace)
                .ifPresent(grace -> Check.notNegative("maxConnectionAgeGrace", grace));
        Check.notNull("maxConnectionIdle", maxIdle)
                .ifPresent(idle -> Check.atLeast("maxConnectionIdle", idle, SHORTEST));
        if (maxAgeGrace.isPresent() && maxAge.isEmpty()) {
            throw new IllegalArgumentException(
                    "maxConnectionAgeGrace needs maxConnectionAge, was " + maxAgeGrace.get() + " without one");
        }
    }

    /** {@return the defaults} */
    public static GrpcConnections defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these connections, tried while they are silent}
     *
     * @param time after how much silence
     * @param timeout how long they may then be silent before they are closed
     */
    public GrpcConnections withKeepAlive(Duration time, Duration timeout) {
        return new GrpcConnections(time, timeout, maxAge, maxAgeGrace, maxIdle);
    }

    /**
     * {@return these connections, which end after a while}
     *
     * @param age after how long a client is asked to open another
     * @param grace how long calls may then go on
     */
    public GrpcConnections withMaxAge(Duration age, Duration grace) {
        return new GrpcConnections(keepAliveTime, keepAliveTimeout, Optional.of(age), Optional.of(grace), maxIdle);
    }

    /**
     * {@return these connections, which end when nobody uses them}
     *
     * @param idle after how long without a call
     */
    public GrpcConnections withMaxIdle(Duration idle) {
        return new GrpcConnections(keepAliveTime, keepAliveTimeout, maxAge, maxAgeGrace, Optional.of(idle));
    }
}
