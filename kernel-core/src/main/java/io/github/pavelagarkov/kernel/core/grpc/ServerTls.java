package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.KernelException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Reads the files of the encryption; what cannot be used is said by the name of its setting. */
final class ServerTls {
    private ServerTls() {}

    static SslContext context(GrpcTls files) {
        File certificate = readable("tlsCertificate", files.certificate());
        File privateKey = readable("tlsPrivateKey", files.privateKey());
        SslContextBuilder builder = using(
                "tlsCertificate " + certificate + " with tlsPrivateKey " + privateKey,
                () -> SslContextBuilder.forServer(certificate, privateKey));
        files.trust().ifPresent(path -> {
            File trust = readable("tlsTrust", path);
            var unused = using("tlsTrust " + trust, () -> builder.trustManager(trust));
        });
        builder.clientAuth(
                switch (files.clientAuth()) {
                    case NONE -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.OPTIONAL;
                    case REQUIRE -> ClientAuth.REQUIRE;
                });
        return using(
                "tlsCertificate " + certificate + " with tlsPrivateKey " + privateKey,
                () -> GrpcSslContexts.configure(builder).build());
    }

    private static File readable(String field, Path path) {
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new KernelException(field + " of the gRPC server must be a file that can be read, was " + path);
        }
        return path.toFile();
    }

    private static <T> T using(String what, Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new KernelException(what + " cannot be used by the gRPC server: " + e.getMessage(), e);
        }
    }
}
