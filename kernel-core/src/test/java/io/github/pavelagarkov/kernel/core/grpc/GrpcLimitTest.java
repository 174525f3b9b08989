package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** GR-3: a response above the limit is refused and never sent. */
final class GrpcLimitTest {
    private static final int LIMIT = 1000;
    /** The tag and the length of the text in a StringValue of such a size. */
    private static final int FRAME = 3;

    private static GrpcFixture limited(EchoService service) {
        return new GrpcFixture(GrpcServer.builder()
                .settings(
                        GrpcSettings.onPort(0).withLimits(GrpcLimits.defaults().withMaxResponseSize(LIMIT)))
                .service(service));
    }

    private static EchoService answeringWith(int length) {
        return new EchoService().unary((request, observer) -> {
            observer.onNext(text(length));
            observer.onCompleted();
        });
    }

    @Test
    void sendsWhatIsJustAtTheLimit() throws Exception {
        try (GrpcFixture grpc = limited(answeringWith(LIMIT - FRAME))) {
            assertThat(grpc.unary("x").getSerializedSize()).isEqualTo(LIMIT);
        }
    }

    @Test
    void refusesOneByteMore() throws Exception {
        try (GrpcFixture grpc = limited(answeringWith(LIMIT - FRAME + 1))) {
            StatusRuntimeException refusal = grpc.refusal("x");

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refusal.getStatus().getDescription())
                    .isEqualTo("response larger than 1000 bytes; ask for less at once");
            await().untilAsserted(() ->
                    assertThat(grpc.texts()).anyMatch(line -> line.contains("Unary: RESOURCE_EXHAUSTED after")));
            assertThat(grpc.texts()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void endsAStreamAtTheMessageThatIsTooLargeAndStopsItsHandler() throws Exception {
        AtomicInteger produced = new AtomicInteger();
        EchoService service = new EchoService().many((request, observer) -> {
            for (int i = 0; i < 1_000_000; i++) {
                produced.incrementAndGet();
                observer.onNext(text(i == 3 ? 5 * LIMIT : 10));
            }
        });
        try (GrpcFixture grpc = limited(service)) {
            Iterator<StringValue> answers = ClientCalls.blockingServerStreamingCall(
                    grpc.channel, EchoService.MANY, CallOptions.DEFAULT, text("x"));
            List<StringValue> received = new ArrayList<>();

            StatusRuntimeException refusal =
                    catchThrowableOfType(StatusRuntimeException.class, () -> answers.forEachRemaining(received::add));

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(received).hasSize(3);
            assertThat(produced).hasValue(4);
        }
    }

    @Test
    void refusesWithoutWritingAByteOfWhatKnowsItsLength() throws Exception {
        AtomicBoolean read = new AtomicBoolean();
        try (GrpcFixture grpc = limited(withMarshaller(value -> new Known(LIMIT + 1, read)))) {
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(read).isFalse();
        }
    }

    @Test
    void measuresWhatDoesNotKnowItsLengthUpToTheLimit() throws Exception {
        AtomicInteger read = new AtomicInteger();
        try (GrpcFixture grpc = limited(withMarshaller(value -> new Endless(read)))) {
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(read.get()).isBetween(LIMIT, LIMIT + 10_000);
        }
        byte[] bytes = text("hello").toByteArray();
        try (GrpcFixture grpc = limited(withMarshaller(value -> new InputStreamOf(bytes)))) {
            assertThat(grpc.unary("x")).isEqualTo(text("hello"));
        }
    }

    @Test
    void thousandOversizeAnswersLeaveTheHeapFlat() throws Exception {
        // Protobuf knows the size of a text without encoding it: what is refused is never copied.
        StringValue huge = StringValue.of("x".repeat(8 << 20));
        EchoService service = new EchoService().unary((request, observer) -> {
            observer.onNext(huge);
            observer.onCompleted();
        });
        try (GrpcFixture grpc = limited(service)) {
            for (int i = 0; i < 20; i++) {
                grpc.refusal("warm up");
            }
            long before = allocated();
            for (int i = 0; i < 1000; i++) {
                assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            }
            long each = (allocated() - before) / 1000;

            assertThat(each)
                    .as("bytes allocated for a refused answer of 8 MiB, client included")
                    .isLessThan(1 << 20);
            // Its client hears of the end of a call a moment before the server does.
            await().untilAsserted(() -> assertThat(grpc.server.openCalls()).isEmpty());
        }
    }

    /** By all threads that live: those of the server, the client and this one. */
    private static long allocated() {
        // Not getTotalThreadAllocatedBytes(): a JDK of today does not have it at the level of 17.
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private interface Streams {
        InputStream of(StringValue value);
    }

    private static EchoService withMarshaller(Streams streams) {
        MethodDescriptor.Marshaller<StringValue> marshaller = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(StringValue value) {
                return streams.of(value);
            }

            @Override
            public StringValue parse(InputStream stream) {
                throw new IllegalStateException("a server parses no response");
            }
        };
        MethodDescriptor<StringValue, StringValue> method = EchoService.method("Unary", MethodType.UNARY).toBuilder(
                        EchoService.UNARY.getRequestMarshaller(), marshaller)
                .build();
        return new EchoService().add(method, ServerCalls.asyncUnaryCall((request, observer) -> {
            observer.onNext(request);
            observer.onCompleted();
        }));
    }

    @SuppressWarnings("InputStreamSlowMultibyteRead") // slow is fast enough here
    private static final class Known extends InputStream implements KnownLength {
        private final int size;
        private final AtomicBoolean read;

        Known(int size, AtomicBoolean read) {
            this.size = size;
            this.read = read;
        }

        @Override
        public int available() {
            return size;
        }

        @Override
        public int read() {
            read.set(true);
            return -1;
        }
    }

    @SuppressWarnings("InputStreamSlowMultibyteRead") // slow is fast enough here
    private static final class Endless extends InputStream {
        private final AtomicInteger count;

        Endless(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            count.incrementAndGet();
            return 'x';
        }
    }

    private static final class InputStreamOf extends ByteArrayInputStream {
        InputStreamOf(byte[] bytes) {
            super(bytes);
        }

        @Override
        public String toString() {
            return new String(buf, StandardCharsets.UTF_8);
        }
    }
}
