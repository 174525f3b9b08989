package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the connections of a gRPC server are encrypted. The files are read when the server is opened. Immutable.
 *
 * @param certificate the chain of the server, its own certificate first, in PEM
 * @param privateKey the key of that certificate, in PEM (PKCS#8), without a password
 * @param trust the certificates of those who sign the certificates of clients, in PEM; empty for those that the JVM trusts
 * @param clientAuth whether clients have to show a certificate [NONE]
 */
public record GrpcTls(Path certificate, Path privateKey, Optional<Path> trust, ClientAuth clientAuth) {
    /** Whether clients have to show a certificate. */
    public enum ClientAuth {
        /** They are not asked. */
        NONE,
        /** They are asked; one that is shown must be good. */
        OPTIONAL,
        /** They are refused without one. */
        REQUIRE
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing, or there is somebody to trust and nobody is asked
     */
    public GrpcTls {
        Check.notNull("tlsCertificate", certificate);
        Check.notNull("tlsPrivateKey", privateKey);
        Check.notNull("tlsTrust", trust);
        Check.notNull("tlsClientAuth", clientAuth);
        if (trust.isPresent() && clientAuth == ClientAuth.NONE) {
            throw new IllegalArgumentException(
                    "tlsTrust is for the certificates of clients, but tlsClientAuth is NONE, was " + trust.get());
        }
    }

    /**
     * {@return encryption without a look at who the client is}
     *
     * @param certificate the chain of the server, in PEM
     * @param privateKey its key, in PEM
     */
    public static GrpcTls of(Path certificate, Path privateKey) {
        return new GrpcTls(certificate, privateKey, Optional.empty(), ClientAuth.NONE);
    }

    /**
     * {@return this, and a certificate is asked of every client: mutual TLS}
     *
     * @param authorities the certificates of those who sign the certificates of clients, in PEM
     */
    public GrpcTls requiringClients(Path authorities) {
        return new GrpcTls(certificate, privateKey, Optional.of(authorities), ClientAuth.REQUIRE);
    }
}
