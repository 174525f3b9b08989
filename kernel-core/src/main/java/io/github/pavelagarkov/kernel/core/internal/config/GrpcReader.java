package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.grpc.GrpcConnections;
import io.github.pavelagarkov.kernel.core.grpc.GrpcLimits;
import io.github.pavelagarkov.kernel.core.grpc.GrpcSettings;
import io.github.pavelagarkov.kernel.core.grpc.GrpcTls;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code kernel.grpc}, all of it even where there is no server, so that what is wrong is said at once. */
final class GrpcReader {
    private final Settings settings;

    GrpcReader(Settings settings) {
        this.settings = settings;
    }

    /** {@return how to serve; empty without a port} */
    Optional<GrpcSettings> read() {
        Optional<Integer> port = settings.read(GrpcKeys.PORT);
        String address = settings.read(GrpcKeys.ADDRESS).orElse(GrpcSettings.ADDRESS);
        boolean health = settings.read(GrpcKeys.HEALTH).orElse(true);
        boolean reflection = settings.read(GrpcKeys.REFLECTION).orElse(false);
        boolean channelz = settings.read(GrpcKeys.CHANNELZ).orElse(false);
        GrpcLimits limits = limits();
        GrpcConnections connections = connections();
        Optional<GrpcTls> tls = tls();
        return port.map(
                number -> new GrpcSettings(number, address, health, reflection, channelz, limits, connections, tls));
    }

    private GrpcLimits limits() {
        GrpcLimits defaults = GrpcLimits.defaults();
        return new GrpcLimits(
                settings.read(GrpcKeys.MAX_REQUEST_SIZE).orElse(defaults.maxRequestSize()),
                settings.read(GrpcKeys.MAX_METADATA_SIZE).orElse(defaults.maxMetadataSize()),
                settings.read(GrpcKeys.MAX_RESPONSE_SIZE).orElse(defaults.maxResponseSize()),
                settings.read(GrpcKeys.CALL_TIMEOUT));
    }

    private GrpcConnections connections() {
        Blame blame = new Blame(settings);
        GrpcConnections defaults = GrpcConnections.defaults();
        var keepAliveTime = blame.read(GrpcKeys.KEEP_ALIVE_TIME).orElse(defaults.keepAliveTime());
        var keepAliveTimeout = blame.read(GrpcKeys.KEEP_ALIVE_TIMEOUT).orElse(defaults.keepAliveTimeout());
        var maxAge = blame.read(GrpcKeys.MAX_CONNECTION_AGE);
        var maxAgeGrace = blame.read(GrpcKeys.MAX_CONNECTION_AGE_GRACE);
        var maxIdle = blame.read(GrpcKeys.MAX_CONNECTION_IDLE);
        return blame.build(
                () -> new GrpcConnections(keepAliveTime, keepAliveTimeout, maxAge, maxAgeGrace, maxIdle), defaults);
    }

    private Optional<GrpcTls> tls() {
        Blame files = new Blame(settings);
        Optional<Path> certificate = files.read(GrpcKeys.TLS_CERTIFICATE);
        Optional<Path> privateKey = files.read(GrpcKeys.TLS_PRIVATE_KEY);
        Optional<Path> trust = files.read(GrpcKeys.TLS_TRUST);
        GrpcTls.ClientAuth clientAuth = files.read(GrpcKeys.TLS_CLIENT_AUTH).orElse(GrpcTls.ClientAuth.NONE);
        if (certificate.isPresent() && privateKey.isPresent()) {
            Optional<GrpcTls> none = Optional.empty();
            return files.build(
                    () -> Optional.of(new GrpcTls(certificate.get(), privateKey.get(), trust, clientAuth)), none);
        }
        refuseWithout(files, GrpcKeys.TLS_CERTIFICATE, GrpcKeys.TLS_PRIVATE_KEY);
        refuseWithout(files, GrpcKeys.TLS_PRIVATE_KEY, GrpcKeys.TLS_CERTIFICATE);
        refuseWithout(files, GrpcKeys.TLS_TRUST, GrpcKeys.TLS_CERTIFICATE);
        refuseWithout(files, GrpcKeys.TLS_CLIENT_AUTH, GrpcKeys.TLS_CERTIFICATE);
        return Optional.empty();
    }

    private void refuseWithout(Blame files, ConfigKey<?> key, ConfigKey<?> needed) {
        if (files.given(needed).isEmpty()) {
            files.given(key)
                    .ifPresent(given -> settings.refuse(new Problem(
                            given.key(),
                            key.type().shown().apply(given.text()),
                            given.source(),
                            "needs " + needed.pattern())));
        }
    }
}
