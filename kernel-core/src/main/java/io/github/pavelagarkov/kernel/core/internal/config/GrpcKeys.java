package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.core.grpc.GrpcConnections;
import io.github.pavelagarkov.kernel.core.grpc.GrpcLimits;
import io.github.pavelagarkov.kernel.core.grpc.GrpcSettings;
import io.github.pavelagarkov.kernel.core.grpc.GrpcTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The rows of {@code kernel.grpc}. */
final class GrpcKeys {
    private static final GrpcLimits LIMITS = GrpcLimits.defaults();
    private static final GrpcConnections CONNECTIONS = GrpcConnections.defaults();
    private static final ValueType<Integer> BYTES = ValueType.number(1, 999_999_999);

    static final ConfigKey<Integer> PORT =
            key("port", ValueType.PORT, "off", "Port of the gRPC server; 0 takes a free one.");
    static final ConfigKey<String> ADDRESS = key(
            "address",
            ValueType.text("a host name or an IP address", "[A-Za-z0-9._:%-]{1,255}"),
            GrpcSettings.ADDRESS,
            "Address of the gRPC server.");
    static final ConfigKey<Boolean> HEALTH = key(
            "health",
            ValueType.BOOLEAN,
            "true",
            "Serves grpc.health.v1.Health, for the server and each service as readiness is.");
    static final ConfigKey<Boolean> REFLECTION = key(
            "reflection",
            ValueType.BOOLEAN,
            "false",
            "Serves grpc.reflection.v1.ServerReflection, which shows the API to whoever asks.");
    static final ConfigKey<Boolean> CHANNELZ = key(
            "channelz",
            ValueType.BOOLEAN,
            "false",
            "Serves grpc.channelz.v1.Channelz, which shows the connections to whoever asks.");
    static final ConfigKey<Integer> MAX_REQUEST_SIZE = key(
            "max-request-size",
            BYTES,
            Integer.toString(LIMITS.maxRequestSize()),
            "The largest message that is accepted, in bytes.");
    static final ConfigKey<Integer> MAX_METADATA_SIZE = key(
            "max-metadata-size",
            BYTES,
            Integer.toString(LIMITS.maxMetadataSize()),
            "The largest header that is accepted, in bytes.");
    static final ConfigKey<Integer> MAX_RESPONSE_SIZE = key(
            "max-response-size",
            BYTES,
            Integer.toString(LIMITS.maxResponseSize()),
            "The largest message that is sent, in bytes; a larger one is answered with RESOURCE_EXHAUSTED.");
    static final ConfigKey<Duration> CALL_TIMEOUT = key(
            "call-timeout",
            ValueType.POSITIVE_DURATION,
            "none",
            "How long a unary call may take if its client does not want it earlier; streams may take as long as they like.");
    static final ConfigKey<Duration> KEEP_ALIVE_TIME = key(
            "keep-alive-time",
            ValueType.POSITIVE_DURATION,
            Durations.text(CONNECTIONS.keepAliveTime()),
            "After how much silence a connection is tried; at least 1s.");
    static final ConfigKey<Duration> KEEP_ALIVE_TIMEOUT = key(
            "keep-alive-timeout",
            ValueType.POSITIVE_DURATION,
            Durations.text(CONNECTIONS.keepAliveTimeout()),
            "How long it may then be silent before it is closed; at least 1s.");
    static final ConfigKey<Duration> MAX_CONNECTION_AGE = key(
            "max-connection-age",
            ValueType.POSITIVE_DURATION,
            "none",
            "After how long a client is asked to open another connection; at least 1s.");
    static final ConfigKey<Duration> MAX_CONNECTION_AGE_GRACE = key(
            "max-connection-age-grace",
            ValueType.DURATION,
            "as long as they take",
            "How long calls on a connection of that age may go on.");
    static final ConfigKey<Duration> MAX_CONNECTION_IDLE = key(
            "max-connection-idle",
            ValueType.POSITIVE_DURATION,
            "none",
            "After how long without a call a connection is closed; at least 1s.");
    static final ConfigKey<Path> TLS_CERTIFICATE = file(
            "tls-certificate",
            "not encrypted",
            "The certificate chain of the server, its own certificate first, in PEM.");
    static final ConfigKey<Path> TLS_PRIVATE_KEY =
            file("tls-private-key", "none", "The key of that certificate, in PEM (PKCS#8), without a password.");
    static final ConfigKey<Path> TLS_TRUST = file(
            "tls-trust", "those the JVM trusts", "The certificates of those who sign certificates of clients, in PEM.");
    static final ConfigKey<GrpcTls.ClientAuth> TLS_CLIENT_AUTH = key(
            "tls-client-auth",
            ValueType.choice(GrpcTls.ClientAuth.class),
            "none",
            "Whether clients have to show a certificate.");

    static final List<ConfigKey<?>> ALL = List.of(
            PORT,
            ADDRESS,
            HEALTH,
            REFLECTION,
            CHANNELZ,
            MAX_REQUEST_SIZE,
            MAX_METADATA_SIZE,
            MAX_RESPONSE_SIZE,
            CALL_TIMEOUT,
            KEEP_ALIVE_TIME,
            KEEP_ALIVE_TIMEOUT,
            MAX_CONNECTION_AGE,
            MAX_CONNECTION_AGE_GRACE,
            MAX_CONNECTION_IDLE,
            TLS_CERTIFICATE,
            TLS_PRIVATE_KEY,
            TLS_TRUST,
            TLS_CLIENT_AUTH);

    private GrpcKeys() {}

    private static ConfigKey<Path> file(String field, String fallback, String doc) {
        return key(field, ValueType.FILE, fallback, doc);
    }

    private static <T> ConfigKey<T> key(String field, ValueType<T> type, String fallback, String doc) {
        return new ConfigKey<>("kernel.grpc." + field, type, fallback, doc);
    }
}
