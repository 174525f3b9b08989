package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.time.KernelClock;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** GR-1: what a server offers and how it stops. */
final class GrpcServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void isOpenedByOneLineAndAnswers() throws Exception {
        try (GrpcFixture grpc = new GrpcFixture(GrpcServer.builder().service(EchoService.echo()))) {
            assertThat(grpc.unary("hello")).isEqualTo(text("hello"));
            assertThat(grpc.server.port()).isPositive();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            GrpcServerBuilder second = GrpcServer.builder().port(grpc.server.port());

            assertThatThrownBy(second::open)
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("port " + grpc.server.port())
                    .hasMessageContaining("in use");
        }
        await().atMost(PATIENCE).until(() -> ioThreads().isEmpty());
    }

    @Test
    void saysWhichAddressIsNoneOfThisMachine() {
        GrpcServerBuilder elsewhere =
                GrpcServer.builder().settings(GrpcSettings.onPort(0).withAddress("203.0.113.7"));

        assertThatThrownBy(elsewhere::open).isInstanceOf(KernelException.class).hasMessageContaining("203.0.113.7");
    }

    private static List<String> ioThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("kernel-grpc"))
                .toList();
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        GrpcFixture grpc = GrpcFixture.serving(EchoService.echo());
        grpc.unary("hello");
        assertThat(ioThreads()).isNotEmpty();

        GrpcStopReport report = grpc.server.close(Duration.ofSeconds(5));

        assertThat(ioThreads()).isEmpty();
        assertThat(report.clean()).isTrue();
        grpc.close();
    }

    @Test
    void waitsForTheCallsUnderWay() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (GrpcFixture grpc = GrpcFixture.serving(new EchoService().unary((request, observer) -> {
            entered.countDown();
            awaitUninterrupted(leave);
            observer.onNext(request);
            observer.onCompleted();
        }))) {
            CompletableFuture<StringValue> call = GrpcFixture.async(() -> grpc.unary("slow"));
            entered.await();

            CompletableFuture<GrpcStopReport> stop = GrpcFixture.async(() -> grpc.server.close(Duration.ofSeconds(30)));
            await().atMost(PATIENCE).until(() -> isRefused(grpc));
            leave.countDown();

            assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo(text("slow"));
            assertThat(stop.get(20, TimeUnit.SECONDS).clean()).isTrue();
        }
    }

    private static boolean isRefused(GrpcFixture grpc) {
        try {
            var unused = HealthGrpc.newBlockingStub(grpc.open(options -> options))
                    .check(HealthCheckRequest.getDefaultInstance());
            return false;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void cutsWhatDoesNotEndAndSaysWhat() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch leave = new CountDownLatch(1);
        try (GrpcFixture grpc = GrpcFixture.serving(new EchoService().unary((request, observer) -> {
            entered.countDown();
            awaitUninterrupted(leave);
        }))) {
            CompletableFuture<StringValue> first = GrpcFixture.async(() -> grpc.unary("one"));
            CompletableFuture<StringValue> second = GrpcFixture.async(() -> grpc.unary("two"));
            entered.await();

            GrpcStopReport report = grpc.server.close(Duration.ofMillis(500));

            assertThat(report.cut()).isEqualTo(Map.of("kernel.test.Echo/Unary", 2));
            assertThat(report.clean()).isFalse();
            assertThat(report.describe()).contains("cut 2 calls (2 of kernel.test.Echo/Unary)");
            assertThat(grpc.server.close(Duration.ofSeconds(1))).isSameAs(report);
            assertThat(first).failsWithin(PATIENCE);
            assertThat(second).failsWithin(PATIENCE);
            leave.countDown();
        }
    }

    @Test
    void servesReflectionAndChannelzOnlyIfAsked() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            assertThatThrownBy(() -> reflect(grpc)).hasMessageContaining("UNIMPLEMENTED");
            assertThatThrownBy(() -> channelz(grpc)).hasMessageContaining("UNIMPLEMENTED");
        }
        GrpcServerBuilder builder = GrpcServer.builder()
                .settings(GrpcSettings.onPort(0).withReflection(true).withChannelz(true))
                .service(EchoService.echo());
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            assertThat(reflect(grpc)).contains("grpc.health.v1.Health");
            channelz(grpc);
        }
    }

    private static List<String> reflect(GrpcFixture grpc) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests =
                ServerReflectionGrpc.newStub(grpc.channel).serverReflectionInfo(new FirstAnswer<>(answer));
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        requests.onCompleted();
        return answer.join().getListServicesResponse().getServiceList().stream()
                .map(service -> service.getName())
                .toList();
    }

    private static void channelz(GrpcFixture grpc) {
        var unused = ChannelzGrpc.newBlockingStub(grpc.channel).getServers(GetServersRequest.getDefaultInstance());
    }

    private record FirstAnswer<T>(CompletableFuture<T> answer) implements StreamObserver<T> {
        @Override
        public void onNext(T value) {
            answer.complete(value);
        }

        @Override
        public void onError(Throwable e) {
            answer.completeExceptionally(e);
        }

        @Override
        public void onCompleted() {}
    }

    @Test
    void healthFollowsTheBarrierForTheServerAndEachService() throws Exception {
        ReadinessBarrier barrier =
                SnapshotReadinessBarrier.create(KernelClock.system(), KernelThreads.system(), event -> {});
        barrier.start();
        var component = barrier.component("started");
        try (GrpcFixture grpc =
                new GrpcFixture(GrpcServer.builder().service(EchoService.echo()).readiness(barrier))) {
            BlockingQueue<ServingStatus> watched = watch(grpc.channel, EchoService.NAME);
            assertThat(health(grpc, "")).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);

            var unused = component.ready();
            await().atMost(PATIENCE).until(() -> health(grpc, "") == ServingStatus.SERVING);
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
            assertThat(health(grpc, EchoService.NAME)).isEqualTo(ServingStatus.SERVING);

            barrier.beginShutdown("test");
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
            await().atMost(PATIENCE).until(() -> health(grpc, "") == ServingStatus.NOT_SERVING);
            assertThatThrownBy(() -> health(grpc, "no.such.Service")).hasMessageContaining("NOT_FOUND");
        }
    }

    private static ServingStatus health(GrpcFixture grpc, String service) {
        return HealthGrpc.newBlockingStub(grpc.channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static BlockingQueue<ServingStatus> watch(Channel channel, String service) {
        BlockingQueue<ServingStatus> seen = new LinkedBlockingQueue<>();
        HealthGrpc.newStub(channel)
                .watch(HealthCheckRequest.newBuilder().setService(service).build(), new StreamObserver<>() {
                    @Override
                    public void onNext(HealthCheckResponse value) {
                        seen.add(value.getStatus());
                    }

                    @Override
                    public void onError(Throwable e) {
                        seen.add(ServingStatus.UNRECOGNIZED);
                    }

                    @Override
                    public void onCompleted() {}
                });
        return seen;
    }

    @Test
    void thoseWhoWatchItsHealthAreToldOfTheEndAndDoNotHoldItUp() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(EchoService.echo())) {
            BlockingQueue<ServingStatus> watched = watch(grpc.channel, "");
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);

            GrpcStopReport report = grpc.server.close(Duration.ofMinutes(5));

            assertThat(report.clean()).isTrue();
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(watched.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.UNRECOGNIZED);
        }
    }

    @Test
    void aWatchThatBeginsAfterTheOthersHaveEndedIsEndedToo() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GrpcServerBuilder builder = GrpcServer.builder()
                // Added last, so outside of kernel's own: the server has the call, and kernel has not seen it yet.
                .customize(server -> server.intercept(holding("again", arrived, goOn)));
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            BlockingQueue<ServingStatus> first = watch(grpc.channel, "");
            assertThat(first.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
            BlockingQueue<ServingStatus> again = watch(grpc.with(GrpcFixture.headers("x-held", "again")), "");
            arrived.await();

            CompletableFuture<GrpcStopReport> stop = GrpcFixture.async(() -> grpc.server.close(Duration.ofMinutes(5)));
            assertThat(first.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(first.poll(10, TimeUnit.SECONDS)).isEqualTo(ServingStatus.UNRECOGNIZED);
            goOn.countDown();

            assertThat(stop.get(20, TimeUnit.SECONDS).clean()).isTrue();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(again).last().isEqualTo(ServingStatus.UNRECOGNIZED));
        }
    }

    /** Holds calls with a header up before anything else sees them. */
    private static ServerInterceptor holding(String held, CountDownLatch arrived, CountDownLatch goOn) {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                if (held.equals(headers.get(Metadata.Key.of("x-held", Metadata.ASCII_STRING_MARSHALLER)))) {
                    arrived.countDown();
                    awaitUninterrupted(goOn);
                }
                return next.startCall(call, headers);
            }
        };
    }

    @Test
    void interceptorsAreCalledFromTheOutsideToTheInside() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        GrpcServerBuilder builder = GrpcServer.builder()
                .service(EchoService.echo())
                .interceptor(noting(order, "first"))
                .interceptor(noting(order, "second"));
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            grpc.unary("hello");

            // The id is there already: kernel's own are outside of both.
            assertThat(order).containsExactly("first true", "second true");
        }
    }

    private static ServerInterceptor noting(List<String> order, String name) {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                order.add(name + " " + GrpcCorrelation.current().isPresent());
                return next.startCall(call, headers);
            }
        };
    }

    @Test
    void refusesARequestAboveItsLimit() throws Exception {
        GrpcServerBuilder builder = GrpcServer.builder()
                .settings(
                        GrpcSettings.onPort(0).withLimits(GrpcLimits.defaults().withMaxRequestSize(1000)))
                .service(EchoService.echo());
        try (GrpcFixture grpc = new GrpcFixture(builder)) {
            assertThat(grpc.refusal("x".repeat(2000)).getStatus().getCode())
                    .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
        }
    }

    @Test
    void streamsAreServedAsTheyCome() throws Exception {
        try (GrpcFixture grpc = GrpcFixture.serving(new EchoService().many((request, observer) -> {
            for (int i = 0; i < 100; i++) {
                observer.onNext(text(request.getValue() + i));
            }
            observer.onCompleted();
        }))) {
            Iterator<StringValue> answers = ClientCalls.blockingServerStreamingCall(
                    grpc.channel, EchoService.MANY, CallOptions.DEFAULT, text("n"));

            assertThat(answers).toIterable().hasSize(100).last().isEqualTo(text("n99"));
        }
    }

    @Test
    void aServiceWithoutSchemaOrMethodsIsFine() throws Exception {
        BindableService empty = new EchoService();
        try (GrpcFixture grpc = new GrpcFixture(GrpcServer.builder().service(empty))) {
            assertThat(grpc.refusal("x").getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        }
    }
}
