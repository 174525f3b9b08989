package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import io.github.pavelagarkov.kernel.tck.grpc.TckGrpcClient;
import io.github.pavelagarkov.kernel.tck.grpc.TckGrpcClient.Answer;
import io.github.pavelagarkov.kernel.tck.grpc.TckGrpcClient.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** GR, SD-12: how a host serves gRPC, over the wire. Needs {@link Capability#GRPC}, and grpc-java beside the suite. */
public class HostGrpcRules extends HostRules {
    private static final String WAITS = "tck: call waits";
    private static final String CANCELLED = "tck: call is cancelled";
    private static final String SECRET = "hunter2";
    private static final int BETWEEN_LOOKS = 20;
    private static final Duration LONG = Duration.ofMinutes(2);

    /** For the test engine. */
    public HostGrpcRules() {}

    private static Settings settings() {
        return Settings.of(Behaviour.WAITS).with("kernel.grpc.port", "0").with("kernel.grpc.address", "127.0.0.1");
    }

    private TckHost.Running serving(Settings settings) {
        requires(Capability.GRPC);
        return started(settings);
    }

    private TckGrpcClient client(TckHost.Running host) {
        TckGrpcClient client = TckGrpcClient.of(address(host.grpc(), "gRPC"));
        closing(client);
        return client;
    }

    /** Look at what the health service tells while the host is ready, and at who tells it of the shutdown. */
    @Rule("GR-1")
    void gr1_healthFollowsReadinessAndCallsAreAnsweredWhileDraining() {
        TckHost.Running host = serving(settings()
                .with("kernel.shutdown.drain-delay", "20s")
                .with("kernel.shutdown.budget", "40s")
                .with("kernel.shutdown.grace-period", "1m"));
        TckGrpcClient client = client(host);
        time().until("the host is healthy", SOON, () -> client.health().equals("SERVING"));

        host.terminate();

        time().until(
                        "the host is not healthy while it drains",
                        SOON,
                        () -> client.health().equals("NOT_SERVING"));
        assertThat(client.call("Echo", "still there").messages()).containsExactly("still there");
    }

    /** Look at the default of the reflection service: it shows the API to whoever asks. */
    @Rule("GR-1")
    void gr1_reflectionIsServedOnlyIfAskedFor() {
        TckHost.Running without = serving(settings());
        assertThat(client(without).reflection().code()).isEqualTo("UNIMPLEMENTED");
        without.close();

        TckHost.Running with = serving(settings().with("kernel.grpc.reflection", "true"));

        assertThat(String.join("", client(with).reflection().messages()))
                .contains("grpc.reflection.v1.ServerReflection");
    }

    /** Look at the end of the server: a call that does not end has to be cut and told of. */
    @Rule("GR-1")
    void gr1_theStopCutsWhatDoesNotEndAndReportsIt() {
        TckHost.Running host = serving(settings().with("kernel.shutdown.hook-timeout", "2s"));
        CompletableFuture<Answer> call =
                client(host).begin(TckGrpcClient.full("Slowly"), Shape.STREAM_BACK, List.of(""), Map.of(), LONG);
        host.awaitLine(WAITS, SOON);

        host.terminate();
        var unused = awaitExit(host);

        assertThat(call.join().code()).as("status of the call that was cut").isNotEqualTo("OK");
        assertThat(host.lines())
                .as("a line that reports the call that was cut")
                .anyMatch(line -> line.contains("cut") && line.contains("kernel.tck.Calls/Slowly"));
    }

    /** Look at what catches exceptions: the client gets INTERNAL and the id, the text stays inside. */
    @Rule("GR-2")
    void gr2_anUncaughtExceptionIsInternalWithTheIdAndNoText() {
        TckHost.Running host = serving(settings());

        Answer answer = client(host)
                .begin(
                        TckGrpcClient.full("Throw"),
                        Shape.UNARY,
                        List.of(SECRET),
                        Map.of("x-correlation-id", "tck-order-7"),
                        LONG)
                .join();

        assertThat(answer.code()).isEqualTo("INTERNAL");
        assertThat(answer.description()).contains("tck-order-7").doesNotContain("thrown by", SECRET);
        assertThat(answer.trailers()).containsEntry("x-correlation-id", "tck-order-7");
        assertThat(answer.trailers().toString()).doesNotContain(SECRET);
        host.awaitLine("thrown by the suite: " + SECRET, SOON);
    }

    /** Look at what an application says by a status of its own: it is meant for the client. */
    @Rule("GR-2")
    void gr2_aStatusOfTheApplicationIsPassedOn() {
        Answer answer = client(serving(settings())).call("Refuse", "no such order");

        assertThat(answer.code()).isEqualTo("NOT_FOUND");
        assertThat(answer.description()).isEqualTo("no such order");
    }

    /** Look at where a response is measured: just at the limit it is sent, above it is refused, and in a stream too. */
    @Rule("GR-3")
    void gr3_aResponseAboveTheLimitIsRefused() {
        TckGrpcClient client = client(serving(settings().with("kernel.grpc.max-response-size", "1000")));

        assertThat(client.call("Large", "1000").messages())
                .as("a response of 1,000 bytes")
                .hasSize(1);
        assertThat(client.call("Large", "1001").code()).as("of 1,001 bytes").isEqualTo("RESOURCE_EXHAUSTED");
        Answer stream = client.begin(
                        TckGrpcClient.full("LargeInStream"), Shape.STREAM_BACK, List.of("1001"), Map.of(), LONG)
                .join();
        assertThat(stream.code()).as("in a stream").isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(stream.messages()).containsExactly("small");
    }

    /** Look at who ends a call whose handler takes too long: the client is answered and the Context is cancelled. */
    @Rule("GR-4")
    void gr4_theServersLimitEndsAUnaryCall() {
        TckHost.Running host = serving(settings().with("kernel.grpc.call-timeout", "300ms"));

        assertThat(client(host).call("Wait", "").code()).isEqualTo("DEADLINE_EXCEEDED");
        host.awaitLine(CANCELLED, SOON);
    }

    /** Look at which deadline holds: the client's if it is the earlier one. */
    @Rule("GR-4")
    void gr4_theClientsDeadlineHoldsIfItIsEarlier() {
        TckHost.Running host = serving(settings().with("kernel.grpc.call-timeout", "10m"));
        TckGrpcClient client = client(host);
        // The first call of all is a slow one: the next has to arrive before its deadline.
        assertThat(client.call("Echo", "x").code()).isEqualTo("OK");

        Answer answer = client.begin(
                        TckGrpcClient.full("Wait"), Shape.UNARY, List.of(""), Map.of(), Duration.ofSeconds(4))
                .join();

        assertThat(answer.code()).isEqualTo("DEADLINE_EXCEEDED");
        host.awaitLine(CANCELLED, SOON);
    }

    /** Look at which calls have the limit: a stream goes on. */
    @Rule("GR-4")
    void gr4_aStreamIsExempt() {
        TckHost.Running host = serving(settings().with("kernel.grpc.call-timeout", "300ms"));
        TckGrpcClient client = client(host);
        CompletableFuture<Answer> stream =
                client.begin(TckGrpcClient.full("Slowly"), Shape.STREAM_BACK, List.of(""), Map.of(), LONG);
        host.awaitLine(WAITS, SOON);

        // It begins later, so the limit would have ended the stream first.
        assertThat(client.call("Wait", "").code()).isEqualTo("DEADLINE_EXCEEDED");

        assertThat(stream).as("a stream that is older than the limit").isNotDone();
    }

    /** Look at every callback of a call: they come on different threads, and each needs the id. */
    @Rule("GR-5")
    void gr5_theIdIsInEveryCallbackAndInTheAnswer() {
        TckHost.Running host = serving(settings());

        Answer answer = client(host)
                .begin(
                        TckGrpcClient.full("Ids"),
                        Shape.BOTH_WAYS,
                        List.of("one", "two"),
                        Map.of("x-correlation-id", "tck-order-8"),
                        LONG)
                .join();

        assertThat(answer.messages())
                .containsExactly("start tck-order-8", "message tck-order-8", "message tck-order-8", "end tck-order-8");
        assertThat(answer.headers()).containsEntry("x-correlation-id", "tck-order-8");
        host.awaitLine("kernel\\.tck\\.Calls/Ids.*OK.*tck-order-8", SOON);
    }

    /** Look at what becomes of an id that could forge a line: a new one takes its place, and it is never written. */
    @Rule("GR-5")
    void gr5_aHostileIdIsReplacedAndNeverWritten() {
        TckHost.Running host = serving(settings());
        String hostile = "tck%0aERROR forged ${x}";

        Answer answer = client(host)
                .begin(TckGrpcClient.full("Ids"), Shape.BOTH_WAYS, List.of(), Map.of("x-correlation-id", hostile), LONG)
                .join();

        assertThat(answer.headers().get("x-correlation-id")).matches("[A-Za-z0-9._-]{1,128}");
        assertThat(linesToTheEnd(host)).noneMatch(line -> line.contains("forged"));
    }

    /** Look at the order of the stop: health, drain, and only then the port. */
    @Rule("SD-12")
    void sd12_aStopUnderLoadFailsNoCall() {
        TckHost.Running host = serving(settings().with("kernel.shutdown.drain-delay", "2s"));
        AtomicInteger served = new AtomicInteger();
        List<CompletableFuture<Load>> loads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TckGrpcClient client = client(host);
            loads.add(time().start(() -> load(client, served)));
        }
        time().until("each client is served", UP, () -> served.get() == loads.size());

        host.terminate();
        var unused = awaitExit(host);

        assertThat(loads.stream().map(CompletableFuture::join)).allSatisfy(load -> {
            assertThat(load.failures()).as("failed calls of %s", load.calls()).isEmpty();
            assertThat(load.calls()).isPositive();
        });
    }

    private record Load(int calls, List<String> failures) {}

    /** Calls without a pause until the host says that it does not want to be called, as a load balancer would. */
    private static Load load(TckGrpcClient client, AtomicInteger served) {
        List<String> failures = new ArrayList<>();
        int calls = 0;
        do {
            for (int i = 0; i < BETWEEN_LOOKS; i++) {
                Answer answer = client.call("Echo", "x");
                calls++;
                if (!answer.code().equals("OK")) {
                    failures.add(answer.toString());
                }
            }
            if (calls == BETWEEN_LOOKS) {
                served.incrementAndGet();
            }
        } while (failures.isEmpty() && client.health().equals("SERVING"));
        return new Load(calls, failures);
    }
}
