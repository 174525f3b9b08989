package io.github.pavelagarkov.kernel.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metrics of calls, by the library that grpc-java has for it. */
final class GrpcTelemetryTest {
    @Test
    void callsAreMeasuredByGrpcOpenTelemetry() throws Exception {
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setMeterProvider(SdkMeterProvider.builder()
                                .registerMetricReader(reader)
                                .build())
                        .build();
                GrpcFixture grpc = new GrpcFixture(GrpcServer.builder()
                        .service(EchoService.echo())
                        .customize(server ->
                                GrpcOpenTelemetry.newBuilder().sdk(sdk).build().configureServerBuilder(server)))) {
            GrpcFixture.unary(grpc.channel, "x", CallOptions.DEFAULT);

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(durations(reader))
                            .singleElement()
                            .satisfies(point -> {
                                assertThat(point.getCount()).isEqualTo(1);
                                assertThat(point.getAttributes().get(AttributeKey.stringKey("grpc.status")))
                                        .isEqualTo("OK");
                            }));
        }
    }

    private static List<HistogramPointData> durations(InMemoryMetricReader reader) {
        return reader.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("grpc.server.call.duration"))
                .flatMap(metric -> metric.getHistogramData().getPoints().stream())
                .toList();
    }
}
