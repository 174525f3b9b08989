package io.github.pavelagarkov.kernel.core.grpc;

import static io.github.pavelagarkov.kernel.core.grpc.EchoService.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** GR-1, SD-2: gRPC as a part of a kernel. */
final class GrpcServingTest {
    @Test
    void isServedWhileTheKernelRunsAndClosedWhereTrafficStops() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        GrpcServing serving = GrpcServing.of(EchoService.echo());
        Kernel kernel = Kernel.builder()
                .config(KernelConfig.of(Map.of("kernel.grpc.port", "0", "kernel.grpc.address", "127.0.0.1")))
                .onStart("grpc", serving)
                .build();
        kernel.start();
        var unusedFirst = kernel.shutdown()
                .register("first", ShutdownRegistry.HIGHEST, context -> order.add("before " + answers(serving)));
        var unusedSecond = kernel.shutdown()
                .register("second", ShutdownRegistry.MEDIUM, context -> order.add("after " + answers(serving)));
        assertThat(answers(serving)).isTrue();

        ShutdownReport report = kernel.stop("test");

        assertThat(order).containsExactly("before true", "after false");
        assertThat(report.clean()).isTrue();
    }

    private static boolean answers(GrpcServing serving) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", serving.server().port())
                .usePlaintext()
                .build();
        try {
            return GrpcFixture.unary(channel, "x", CallOptions.DEFAULT).equals(text("x"));
        } catch (StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void callsThatAreCutMakeItsHookFail() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        GrpcServing serving = GrpcServing.of(new EchoService().unary((request, observer) -> {
            entered.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        Kernel kernel = Kernel.builder()
                .config(KernelConfig.of(Map.of("kernel.grpc.port", "0", "kernel.shutdown.hook-timeout", "1s")))
                .onStart("grpc", serving)
                .build();
        kernel.start();
        CompletableFuture<Boolean> call = GrpcFixture.async(() -> answers(serving));
        entered.await();

        ShutdownReport report = kernel.stop("test");

        assertThat(report.hooks())
                .filteredOn(hook -> hook.name().equals("grpc"))
                .singleElement()
                .satisfies(hook -> {
                    assertThat(hook.outcome()).isEqualTo(HookOutcome.FAILED);
                    assertThat(hook.toString()).contains("cut 1 calls (1 of kernel.test.Echo/Unary)");
                });
        assertThat(call).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
        never.countDown();
    }

    @Test
    void aPortThatNobodyServesIsOneWarningAtTheStart() {
        assertThat(warnings(Kernel.builder()))
                .containsExactly(
                        "kernel.grpc.port is 0, but nothing here serves gRPC: give the builder GrpcServing, in CDI"
                                + " a bean of BindableService");
        assertThat(warnings(Kernel.builder().onStart("grpc", GrpcServing.of(EchoService.echo()))))
                .isEmpty();
        assertThat(warnings(Kernel.builder().onStart("grpc", GrpcHosting.serving(() -> List.of(EchoService.echo())))))
                .isEmpty();
        GrpcServing inside = GrpcServing.of(EchoService.echo());
        assertThat(warnings(Kernel.builder().onStart("everything", kernel -> inside.run(kernel))))
                .isEmpty();
    }

    private static List<String> warnings(KernelBuilder builder) {
        List<String> warnings = new CopyOnWriteArrayList<>();
        try (Kernel kernel = builder.config(
                        KernelConfig.of(Map.of("kernel.grpc.port", "0", "kernel.grpc.address", "127.0.0.1")))
                .onEvent("test", event -> {
                    if (event instanceof KernelEvent.Started started) {
                        warnings.addAll(started.warnings());
                    }
                })
                .build()) {
            kernel.start();
        }
        return warnings;
    }

    @Test
    void withoutAPortTheStartFailsAndNamesTheKey() {
        Kernel kernel = Kernel.builder()
                .onStart("grpc", GrpcServing.of(EchoService.echo()))
                .build();

        assertThatThrownBy(kernel::start)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.grpc.port");
    }

    @Test
    void everySettingComesFromTheConfiguration() {
        GrpcSettings settings = KernelConfig.of(Map.ofEntries(
                        Map.entry("kernel.grpc.port", "9090"),
                        Map.entry("kernel.grpc.address", "localhost"),
                        Map.entry("kernel.grpc.health", "false"),
                        Map.entry("kernel.grpc.reflection", "true"),
                        Map.entry("kernel.grpc.channelz", "true"),
                        Map.entry("kernel.grpc.max-request-size", "1"),
                        Map.entry("kernel.grpc.max-metadata-size", "2"),
                        Map.entry("kernel.grpc.max-response-size", "3"),
                        Map.entry("kernel.grpc.call-timeout", "4s"),
                        Map.entry("kernel.grpc.keep-alive-time", "5s"),
                        Map.entry("kernel.grpc.keep-alive-timeout", "6s"),
                        Map.entry("kernel.grpc.max-connection-age", "7s"),
                        Map.entry("kernel.grpc.max-connection-age-grace", "8s"),
                        Map.entry("kernel.grpc.max-connection-idle", "9s"),
                        Map.entry("kernel.grpc.tls-certificate", "/c"),
                        Map.entry("kernel.grpc.tls-private-key", "/k"),
                        Map.entry("kernel.grpc.tls-trust", "/t"),
                        Map.entry("kernel.grpc.tls-client-auth", "require")))
                .grpc()
                .orElseThrow();

        assertThat(settings)
                .isEqualTo(new GrpcSettings(
                        9090,
                        "localhost",
                        false,
                        true,
                        true,
                        new GrpcLimits(1, 2, 3, Optional.of(Duration.ofSeconds(4))),
                        new GrpcConnections(
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Optional.of(Duration.ofSeconds(7)),
                                Optional.of(Duration.ofSeconds(8)),
                                Optional.of(Duration.ofSeconds(9))),
                        Optional.of(new GrpcTls(
                                Path.of("/c"),
                                Path.of("/k"),
                                Optional.of(Path.of("/t")),
                                GrpcTls.ClientAuth.REQUIRE))));
        assertThat(KernelConfig.of(Map.of("kernel.grpc.port", "9090")).grpc()).contains(GrpcSettings.onPort(9090));
        assertThat(KernelConfig.defaults().grpc()).isEmpty();
    }

    @Test
    void contradictionsAreRefusedByTheirKeys() {
        assertThatThrownBy(() -> KernelConfig.of(Map.of(
                        "kernel.grpc.port", "70000",
                        "kernel.grpc.tls-private-key", "/k",
                        "kernel.grpc.tls-client-auth", "require",
                        "kernel.grpc.keep-alive-time", "10ms",
                        "kernel.grpc.max-response-size", "4MB")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.grpc.port = '70000'")
                .hasMessageContaining("kernel.grpc.tls-private-key = '/k'")
                .hasMessageContaining("needs kernel.grpc.tls-certificate")
                .hasMessageContaining("kernel.grpc.tls-client-auth = 'require'")
                .hasMessageContaining("kernel.grpc.keep-alive-time = '10ms'")
                .hasMessageContaining("kernel.grpc.max-response-size = '4MB'");
        assertThatThrownBy(() -> KernelConfig.of(Map.of("kernel.grpc.max-connection-age-grace", "8s")))
                .hasMessageContaining("kernel.grpc.max-connection-age-grace = '8s'")
                .hasMessageContaining("maxConnectionAge");
        assertThatThrownBy(() -> KernelConfig.of(Map.of(
                        "kernel.grpc.tls-certificate", "/c",
                        "kernel.grpc.tls-private-key", "/k",
                        "kernel.grpc.tls-trust", "/t")))
                .hasMessageContaining("kernel.grpc.tls-trust = '/t'");
    }
}
