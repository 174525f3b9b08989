package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** GR-2: whatever is thrown, from whatever place, is answered with INTERNAL and the id. */
final class GrpcFailureTest {
    private static final String SECRET = "password=hunter2";

    private static RuntimeException secret() {
        return new IllegalStateException(SECRET);
    }

    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of("handler throws", new EchoService().unary((request, observer) -> {
                            throw secret();
                        })),
                Arguments.of("handler throws an Error", new EchoService().unary((request, observer) -> {
                            throw new StackOverflowError(SECRET);
                        })),
                Arguments.of("handler throws a checked exception", new EchoService().unary((request, observer) -> {
                            sneak(new java.io.IOException(SECRET));
                        })),
                Arguments.of(
                        "observer is told", new EchoService().unary((request, observer) -> observer.onError(secret()))),
                Arguments.of(
                        "observer is told by another thread",
                        new EchoService()
                                .unary((request, observer) -> new Thread(() -> observer.onError(secret())).start())),
                Arguments.of("handler throws after a message", new EchoService().unary((request, observer) -> {
                            observer.onNext(request);
                            throw secret();
                        })),
                Arguments.of("call handler throws", new EchoService().add(EchoService.UNARY, (call, headers) -> {
                            throw secret();
                        })),
                Arguments.of(
                        "onHalfClose throws",
                        new EchoService().add(EchoService.UNARY, listening(new ServerCall.Listener<>() {
                            @Override
                            public void onHalfClose() {
                                throw secret();
                            }
                        }))),
                Arguments.of(
                        "onMessage throws",
                        new EchoService().add(EchoService.UNARY, listening(new ServerCall.Listener<>() {
                            @Override
                            public void onMessage(StringValue message) {
                                throw secret();
                            }
                        }))),
                Arguments.of(
                        "onReady throws",
                        new EchoService().add(EchoService.UNARY, listening(new ServerCall.Listener<>() {
                            @Override
                            public void onReady() {
                                throw secret();
                            }
                        }))),
                Arguments.of("response cannot be written", brokenMarshaller(false)),
                Arguments.of("response cannot be written by another thread", brokenMarshaller(true)),
                Arguments.of(
                        "request cannot be read",
                        new EchoService()
                                .add(broken(new Broken(true)), ServerCalls.asyncUnaryCall((request, observer) -> {}))));
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private static ServerCallHandler<StringValue, StringValue> listening(ServerCall.Listener<StringValue> listener) {
        return (call, headers) -> {
            call.request(2);
            return listener;
        };
    }

    private record Broken(boolean reading) implements MethodDescriptor.Marshaller<StringValue> {
        @Override
        public InputStream stream(StringValue value) {
            throw secret();
        }

        @Override
        public StringValue parse(InputStream stream) {
            throw secret();
        }
    }

    private static MethodDescriptor<StringValue, StringValue> broken(Broken marshaller) {
        return marshaller.reading()
                ? EchoService.UNARY.toBuilder(marshaller, EchoService.UNARY.getResponseMarshaller())
                        .build()
                : EchoService.UNARY.toBuilder(EchoService.UNARY.getRequestMarshaller(), marshaller)
                        .build();
    }

    private static EchoService brokenMarshaller(boolean elsewhere) {
        return new EchoService().add(broken(new Broken(false)), ServerCalls.asyncUnaryCall((request, observer) -> {
            Runnable answer = () -> observer.onNext(request);
            if (elsewhere) {
                Thread thread = new Thread(answer);
                thread.setUncaughtExceptionHandler((who, thrown) -> {});
                thread.start();
            } else {
                answer.run();
            }
        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void isAnsweredWithInternalAndTheIdAndNoText(String place, EchoService service) throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            StatusRuntimeException refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> GrpcFixture.unary(
                            grpc.with(GrpcFixture.headers("x-correlation-id", "order-7")), "x", CallOptions.DEFAULT));

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThat(refusal.getStatus().getDescription()).isEqualTo("internal error, id order-7");
            assertThat(GrpcFixture.trailers(refusal).get(GrpcFixture.ID)).isEqualTo("order-7");
            assertThat(GrpcFixture.trailers(refusal).toString()).doesNotContain("hunter2");
            await().untilAsserted(() -> assertThat(grpc.texts().stream().filter(line -> line.contains("INTERNAL")))
                    .singleElement()
                    .asString()
                    .startsWith("INFO grpc kernel.test.Echo/Unary: INTERNAL after ")
                    .endsWith(", correlation id order-7"));
            assertThat(grpc.lines().stream().filter(line -> line.level().equals("ERROR")))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.text()).isEqualTo("grpc kernel.test.Echo/Unary failed, correlation id order-7");
                        assertThat(line.mdc()).isEqualTo(Map.of("correlation_id", "order-7"));
                        assertThat(line.thrown().orElseThrow()).hasMessageContaining(SECRET);
                    });
        }
    }

    @Test
    void anInterceptorOfTheApplicationThatThrowsIsAnsweredToo() throws Exception {
        GrpcServerBuilder builder = GrpcServer.builder()
                .service(EchoService.echo())
                .interceptor(new ServerInterceptor() {
                    @Override
                    public <Q, R> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                        throw secret();
                    }
                });
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        }
    }

    @Test
    void aStatusThatTheApplicationSaysIsPassedOn() throws Exception {
        Metadata trailers = GrpcFixture.headers("reason", "sold-out");
        EchoService service = new EchoService().unary((request, observer) -> {
            switch (request.getValue()) {
                case "thrown" ->
                    throw Status.NOT_FOUND.withDescription("no such order").asRuntimeException(trailers);
                case "checked" ->
                    sneak(Status.NOT_FOUND.withDescription("no such order").asException(trailers));
                default ->
                    observer.onError(
                            Status.NOT_FOUND.withDescription("no such order").asException(trailers));
            }
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            for (String way : new String[] {"thrown", "checked", "told"}) {
                StatusRuntimeException refusal = grpc.refusal(way);

                assertThat(refusal.getStatus().getCode()).as(way).isEqualTo(Status.Code.NOT_FOUND);
                assertThat(refusal.getStatus().getDescription()).isEqualTo("no such order");
                assertThat(GrpcFixture.trailers(refusal)
                                .get(Metadata.Key.of("reason", Metadata.ASCII_STRING_MARSHALLER)))
                        .isEqualTo("sold-out");
                assertThat(GrpcFixture.trailers(refusal).get(GrpcFixture.ID)).matches("[0-9a-v]{20}");
            }
            assertThat(grpc.texts()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void anObserverOfAStreamThatThrowsEndsTheStream() throws Exception {
        EchoService service = new EchoService().chat(answers -> new StreamObserver<>() {
            @Override
            public void onNext(StringValue value) {
                answers.onNext(value);
                if (value.getValue().equals("bad")) {
                    throw secret();
                }
            }

            @Override
            public void onError(Throwable e) {}

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            StreamObserver<StringValue> requests = ClientCalls.asyncBidiStreamingCall(
                    grpc.channel.newCall(EchoService.CHAT, CallOptions.DEFAULT), new StreamObserver<>() {
                        @Override
                        public void onNext(StringValue value) {}

                        @Override
                        public void onError(Throwable e) {
                            end.completeExceptionally(e);
                        }

                        @Override
                        public void onCompleted() {
                            end.complete(null);
                        }
                    });
            requests.onNext(text("good"));
            requests.onNext(text("bad"));
            requests.onNext(text("after"));

            assertThat(end)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("INTERNAL: internal error, id ");
        }
    }

    @Test
    void aCallThatFailsAfterItsEndHarmsNothing() throws Exception {
        EchoService service = new EchoService().unary((request, observer) -> {
            observer.onNext(request);
            observer.onCompleted();
            throw secret();
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            assertThat(grpc.unary("x")).isEqualTo(text("x"));

            await().untilAsserted(() -> assertThat(grpc.texts()).anyMatch(line -> line.startsWith("ERROR grpc")));
        }
    }

    @Test
    void aSecondEndOfACallIsIgnored() throws Exception {
        EchoService service = new EchoService().add(EchoService.UNARY, (call, headers) -> {
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(text("x"));
                    call.close(Status.OK, new Metadata());
                    call.close(Status.ABORTED, new Metadata());
                    call.sendHeaders(new Metadata());
                }
            };
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            assertThat(grpc.unary("x")).isEqualTo(text("x"));

            await().untilAsserted(() -> assertThat(grpc.texts()).anyMatch(line -> line.contains("Unary: OK after")));
            assertThat(grpc.texts()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }
}
