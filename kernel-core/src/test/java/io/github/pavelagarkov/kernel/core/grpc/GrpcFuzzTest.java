package io.github.pavelagarkov.kernel.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Any metadata that a client can send: always an answer with a valid id, and never what was sent in a line. {@code
 * -Dkernel.fuzz.values=1000000} for the long run; a failure says its seed, {@code -Dkernel.fuzz.seed} repeats it.
 */
final class GrpcFuzzTest {
    private static final int EACH_CALL = 10;
    private static final String MARK = "zqx";
    private static final long SEED = Long.getLong("kernel.fuzz.seed", 20_261_129L);
    private static final int VALUES = Integer.getInteger("kernel.fuzz.values", 50_000);

    private final Random random = new Random(SEED);

    @Test
    void noMetadataBreaksACallOrComesIntoALine() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            int lines = 0;
            for (int sent = 0; sent < VALUES; sent += EACH_CALL) {
                Metadata headers = headers();
                String asked = headers.get(GrpcFixture.ID);

                String answered = call(grpc, headers);

                assertThat(answered)
                        .as("seed %s, value %s, header %s", SEED, sent, headers)
                        .matches("[A-Za-z0-9._-]{1,128}");
                if (asked != null && asked.matches("[A-Za-z0-9._-]{1,128}")) {
                    assertThat(answered).isEqualTo(asked);
                }
                if (sent % 1000 == 0) {
                    lines += checkLines(grpc);
                }
            }
            lines += checkLines(grpc);
            assertThat(lines).isGreaterThan(VALUES / EACH_CALL / 2);
        }
    }

    /** What has the mark and is no valid id must not stand in a line. */
    private static int checkLines(GrpcFixture grpc) {
        var written = new ArrayList<>(grpc.lines());
        grpc.lines().removeAll(written);
        assertThat(written)
                .allSatisfy(
                        line -> assertThat(line.text())
                                .matches(
                                        "grpc kernel\\.test\\.Echo/Unary: OK after [0-9.]+ m?s, correlation id [A-Za-z0-9._-]{1,128}"));
        return written.size();
    }

    private String call(GrpcFixture grpc, Metadata headers) {
        AtomicReference<Metadata> answered = new AtomicReference<>(new Metadata());
        AtomicReference<Metadata> trailers = new AtomicReference<>(new Metadata());
        StringValue unused = ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                        grpc.channel,
                        MetadataUtils.newAttachHeadersInterceptor(headers),
                        MetadataUtils.newCaptureMetadataInterceptor(answered, trailers)),
                EchoService.UNARY,
                CallOptions.DEFAULT,
                EchoService.text("x"));
        return String.valueOf(Objects.requireNonNull(answered.get()).get(GrpcFixture.ID));
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        List<String> names = List.of("x-correlation-id", "x-request-id", "traceparent", "user-agent-2", "x-anything");
        for (int i = 0; i < EACH_CALL; i++) {
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                headers.put(Metadata.Key.of(name + "-bin", Metadata.BINARY_BYTE_MARSHALLER), bytes);
            } else {
                headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value());
            }
        }
        return headers;
    }

    private String value() {
        int length = random.nextInt(20) == 0 ? 120 + random.nextInt(20) : random.nextInt(30);
        boolean tame = random.nextBoolean();
        StringBuilder text = new StringBuilder(MARK);
        for (int i = 0; i < length; i++) {
            text.append(tame ? "abcXYZ019._-".charAt(random.nextInt(12)) : (char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }
}
