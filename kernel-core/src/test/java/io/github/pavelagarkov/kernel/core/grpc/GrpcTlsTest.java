package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.github.pavelagarkov.kernel.KernelException;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GR-1: encryption, and who may come in. Certificates are made by the JDK's keytool. */
final class GrpcTlsTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        make("server", "CN=localhost");
        make("client", "CN=client");
        make("stranger", "CN=stranger");
    }

    private static void make(String name, String subject) throws Exception {
        Path store = folder.resolve(name + ".p12");
        List<String> keytool = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        Process process = new ProcessBuilder(keytool).inheritIO().start();
        assertThat(process.waitFor()).isZero();
        KeyStore loaded = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem(name + ".crt", "CERTIFICATE", loaded.getCertificate(name).getEncoded());
        pem(
                name + ".key",
                "PRIVATE KEY",
                loaded.getKey(name, "changeit".toCharArray()).getEncoded());
    }

    private static void pem(String file, String what, byte[] der) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }

    private static GrpcServerBuilder serving(GrpcTls tls) {
        return GrpcServer.builder()
                .settings(GrpcSettings.onPort(0).withTls(tls))
                .service(EchoService.echo());
    }

    private static StringValue call(GrpcServer server, ChannelCredentials credentials) throws InterruptedException {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress("localhost", server.port(), credentials)
                .build();
        try {
            return GrpcFixture.unary(channel, "secret", CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static TlsChannelCredentials.Builder trusting(String... certificates) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String certificate : certificates) {
            all.append(Files.readString(file(certificate)));
        }
        File bundle = Files.writeString(file("trusted-" + Arrays.hashCode(certificates)), all)
                .toFile();
        return TlsChannelCredentials.newBuilder().trustManager(bundle);
    }

    @Test
    void servesWhoTrustsItsCertificateAndNobodyElse() throws Exception {
        try (GrpcServer server =
                serving(GrpcTls.of(file("server.crt"), file("server.key"))).open()) {
            assertThat(call(server, trusting("server.crt").build())).isEqualTo(text("secret"));
            ChannelCredentials wrong = trusting("stranger.crt").build();
            assertThatThrownBy(() -> call(server, wrong)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void mutualTlsServesWhoHasACertificateThatItTrustsAndNobodyElse() throws Exception {
        GrpcTls tls = GrpcTls.of(file("server.crt"), file("server.key")).requiringClients(file("client.crt"));
        try (GrpcServer server = serving(tls).open()) {
            ChannelCredentials known = trusting("server.crt")
                    .keyManager(file("client.crt").toFile(), file("client.key").toFile())
                    .build();
            ChannelCredentials stranger = trusting("server.crt")
                    .keyManager(
                            file("stranger.crt").toFile(), file("stranger.key").toFile())
                    .build();
            ChannelCredentials nobody = trusting("server.crt").build();

            assertThat(call(server, known)).isEqualTo(text("secret"));
            assertThatThrownBy(() -> call(server, stranger)).isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> call(server, nobody)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void saysWhichFileCannotBeUsed() throws Exception {
        Path rubbish = Files.writeString(file("rubbish"), "not a key");

        assertThatThrownBy(serving(GrpcTls.of(file("missing.crt"), file("server.key")))::open)
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("tlsCertificate")
                .hasMessageContaining("missing.crt");
        assertThatThrownBy(serving(GrpcTls.of(file("server.crt"), rubbish))::open)
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("tlsPrivateKey")
                .hasMessageContaining("rubbish");
        assertThatThrownBy(serving(
                        GrpcTls.of(file("server.crt"), file("server.key")).requiringClients(rubbish))::open)
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("tlsTrust");
        assertThatThrownBy(() -> new GrpcTls(
                        file("server.crt"),
                        file("server.key"),
                        Optional.of(file("client.crt")),
                        GrpcTls.ClientAuth.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tlsTrust");
    }
}
