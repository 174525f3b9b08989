package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.google.protobuf.StringValue;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

/** GR-5: one id in every callback of a call, on the way out, and in every line. */
final class GrpcCorrelationTest {
    private static final String GENERATED = "[0-9a-v]{20}";

    /** The id that a client of such headers gets back. */
    private static String echoed(GrpcFixture grpc, Metadata headers) {
        AtomicReference<Metadata> answered = new AtomicReference<>(new Metadata());
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        Channel channel = grpc.with(
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(answered, trailers));
        GrpcFixture.unary(channel, "x", CallOptions.DEFAULT);
        return Objects.requireNonNull(Objects.requireNonNull(answered.get()).get(GrpcFixture.ID));
    }

    @Test
    void takesTheIdOfTheClientAndGivesItBack() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            assertThat(echoed(grpc, GrpcFixture.headers("x-correlation-id", "order-7")))
                    .isEqualTo("order-7");
            assertThat(echoed(grpc, GrpcFixture.headers("x-request-id", "request-8")))
                    .isEqualTo("request-8");
            assertThat(echoed(grpc, new Metadata())).matches(GENERATED);
            Metadata both = GrpcFixture.headers("x-correlation-id", "not valid");
            both.put(Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER), "request-9");
            assertThat(echoed(grpc, both)).isEqualTo("request-9");
        }
    }

    static List<String> hostile() {
        return List.of(
                "a b",
                "%0d%0aERROR forged",
                "${jndi:ldap://example.org/a}",
                "<script>",
                "x".repeat(129),
                "\"quoted\"",
                "order-7;admin=true");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void putsAnIdOfItsOwnInPlaceOfAHostileOneAndNeverWritesThat(String id) throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            assertThat(echoed(grpc, GrpcFixture.headers("x-correlation-id", id)))
                    .matches(GENERATED);

            await().untilAsserted(() -> assertThat(grpc.lines()).isNotEmpty());
            assertThat(grpc.lines()).noneMatch(line -> line.toString().contains(id));
        }
    }

    @Test
    void idsInUnicodeAreBinaryAndThereforeNoneOfOurs() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("x-correlation-id-bin", Metadata.BINARY_BYTE_MARSHALLER),
                    "ключ\r\n".getBytes(StandardCharsets.UTF_8));

            assertThat(echoed(grpc, headers)).matches(GENERATED);
        }
    }

    @Test
    void anIdOf100KilobytesOrAFloodOfHeadersIsRefusedByTheTransportAndTheServerGoesOn() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            Metadata flood = new Metadata();
            for (int i = 0; i < 5_000; i++) {
                flood.put(Metadata.Key.of("x-flood-" + i, Metadata.ASCII_STRING_MARSHALLER), "value");
            }
            for (Metadata headers : List.of(GrpcFixture.headers("x-correlation-id", "y".repeat(100_000)), flood)) {
                var refusal = catchThrowable(() -> echoed(grpc, headers));
                assertThat(refusal).isInstanceOf(StatusRuntimeException.class);
            }

            assertThat(grpc.unary("still there")).isEqualTo(text("still there"));
            assertThat(grpc.texts()).noneMatch(line -> line.contains("yyyy") || line.contains("x-flood"));
        }
    }

    @Test
    void isInEveryCallbackAndTheThreadGetsBackWhatItHad() throws Exception {
        Map<String, String> seen = new ConcurrentHashMap<>();
        EchoService service = new EchoService().add(EchoService.UNARY, (call, headers) -> {
            note(seen, "startCall");
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onReady() {
                    note(seen, "onReady");
                }

                @Override
                public void onMessage(StringValue message) {
                    note(seen, "onMessage");
                }

                @Override
                public void onHalfClose() {
                    note(seen, "onHalfClose");
                    call.sendHeaders(new Metadata());
                    call.sendMessage(text("x"));
                    call.close(Status.OK, new Metadata());
                }

                @Override
                public void onComplete() {
                    note(seen, "onComplete");
                }
            };
        });
        // Threads that have a log context of somebody else's: it has to be there again after each callback.
        List<String> left = new CopyOnWriteArrayList<>();
        GrpcServerBuilder builder = GrpcServer.builder()
                .service(service)
                .threads(task -> new Thread(() -> {
                    if (!Thread.currentThread().getName().startsWith("kernel-grpc-io")) {
                        MDC.setContextMap(Map.of("correlation_id", "of-the-pool", "user", "anna"));
                    }
                    task.run();
                    left.add(Thread.currentThread().getName() + " " + MDC.getCopyOfContextMap());
                }));
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            echoed(grpc, GrpcFixture.headers("x-correlation-id", "order-7"));
            await().untilAsserted(() -> assertThat(seen).hasSize(5));
        }

        assertThat(seen.values()).containsOnly("order-7 order-7 anna");
        assertThat(left.stream().filter(line -> !line.startsWith("kernel-grpc-io")))
                .isNotEmpty()
                .allMatch(line -> line.contains("correlation_id=of-the-pool") && line.contains("user=anna"));
    }

    private static void note(Map<String, String> seen, String callback) {
        seen.put(
                callback,
                MDC.get("correlation_id") + " " + GrpcCorrelation.current().orElse("none") + " " + MDC.get("user"));
    }

    @Test
    void aHandlerHasTheContextOfItsCallAndThePooledThreadNothingOfItAfterwards() throws Exception {
        List<String> inside = new CopyOnWriteArrayList<>();
        Map<Thread, List<Map<String, String>>> outside = new ConcurrentHashMap<>();
        EchoService service = new EchoService().unary((request, observer) -> {
            inside.add(MDC.get("correlation_id"));
            MDC.put("left-by-the-handler", request.getValue());
            observer.onNext(request);
            observer.onCompleted();
        });
        // Outside of everything: what the thread of a call has before the call.
        ServerInterceptor before = new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                outside.computeIfAbsent(Thread.currentThread(), thread -> new CopyOnWriteArrayList<>())
                        .add(Optional.ofNullable(MDC.getCopyOfContextMap()).orElse(Map.of()));
                return next.startCall(call, headers);
            }
        };
        GrpcServerBuilder builder = GrpcServer.builder().service(service).customize(server -> server.intercept(before));
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            for (int i = 0; i < 50; i++) {
                echoed(grpc, GrpcFixture.headers("x-correlation-id", "order-" + i));
            }
        }

        assertThat(inside).hasSize(50).startsWith("order-0", "order-1").doesNotHaveDuplicates();
        assertThat(outside.values()).as("threads that served twice").anyMatch(seen -> seen.size() > 1);
        assertThat(outside.values()).allSatisfy(seen -> assertThat(seen).containsOnly(Map.of()));
    }

    @Test
    void onCancelHasItToo() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        EchoService service = new EchoService().add(EchoService.UNARY, (call, headers) -> {
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onCancel() {
                    seen.set(MDC.get("correlation_id"));
                }
            };
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            var call = ClientCalls.futureUnaryCall(
                    grpc.with(GrpcFixture.headers("x-correlation-id", "order-7"))
                            .newCall(EchoService.UNARY, CallOptions.DEFAULT),
                    text("x"));
            await().until(() -> !grpc.server.openCalls().isEmpty());
            call.cancel(true);

            await().untilAsserted(() -> assertThat(seen).hasValue("order-7"));
            await().untilAsserted(() -> assertThat(grpc.texts())
                    .anyMatch(line -> line.matches(
                            "INFO grpc kernel.test.Echo/Unary: CANCELLED after .*, correlation id order-7")));
        }
    }

    @Test
    void goesAlongWithTheCallsThatAHandlerMakes() throws Exception {
        try (GrpcFixture back = GrpcFixture.serving(new EchoService().unary((request, observer) -> {
            observer.onNext(text(GrpcCorrelation.current().orElse("none")));
            observer.onCompleted();
        }))) {
            Channel channel = back.with(GrpcCorrelation.client());
            EchoService front = new EchoService().unary((request, observer) -> {
                observer.onNext(GrpcFixture.unary(channel, "x", CallOptions.DEFAULT));
                observer.onCompleted();
            });
            try (GrpcFixture grpc = GrpcFixture.serving(front)) {
                assertThat(GrpcFixture.unary(
                                grpc.with(GrpcFixture.headers("x-correlation-id", "order-7")),
                                "x",
                                CallOptions.DEFAULT))
                        .isEqualTo(text("order-7"));
            }
            try (CorrelationId.Scope scope = CorrelationId.open("job-8")) {
                assertThat(GrpcFixture.unary(channel, "x", CallOptions.DEFAULT)).isEqualTo(text("job-8"));
            }
            assertThat(GrpcFixture.unary(channel, "x", CallOptions.DEFAULT).getValue())
                    .matches(GENERATED);
        }
    }

    @Test
    void oneLineForEachCallAndQuietOnesForHealth() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            grpc.unary("hello");
            var unused = HealthGrpc.newBlockingStub(grpc.channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance());

            await().untilAsserted(() -> assertThat(grpc.texts()).hasSize(2));
            assertThat(grpc.texts().get(0))
                    .matches("INFO grpc kernel\\.test\\.Echo/Unary: OK after \\d+ ms, correlation id " + GENERATED);
            assertThat(grpc.texts().get(1)).startsWith("DEBUG grpc grpc.health.v1.Health/Check: OK after ");
        }
    }

    @Test
    void whetherACallGetsALineIsDecidedWhenItBegins() throws Exception {
        CompletableFuture<Void> answers = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        EchoService service = new EchoService().unary((request, observer) -> {
            begun.countDown();
            var unused = answers.thenRun(() -> {
                observer.onNext(request);
                observer.onCompleted();
            });
        });
        try (GrpcFixture grpc = GrpcFixture.serving(service)) {
            grpc.level(Level.WARN);
            CompletableFuture<StringValue> unheard = GrpcFixture.async(() -> grpc.unary("first"));
            begun.await();
            grpc.level(Level.INFO);
            answers.complete(null);
            assertThat(unheard.get(20, TimeUnit.SECONDS)).isEqualTo(text("first"));

            assertThat(grpc.unary("second")).isEqualTo(text("second"));

            await().untilAsserted(() -> assertThat(grpc.texts()).hasSize(1));
            assertThat(grpc.server.close(Duration.ofSeconds(20)).cut()).isEmpty();
            assertThat(grpc.texts()).singleElement().asString().startsWith("INFO grpc kernel.test.Echo/Unary: OK");
        }
    }
}
