package io.github.pavelagarkov.kernel.cdi.liberty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.liberty.app.Leads;
import io.github.pavelagarkov.kernel.cdi.liberty.app.Voice;
import io.github.pavelagarkov.kernel.cdi.tests.host.OtlpReceiver;
import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel measures leaves by the OpenTelemetry that MicroProfile Telemetry of the server makes. */
@Tag("servers")
final class TelemetryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path temp;

    @Test
    void metricsAndSpansLeaveByTheServersOwn() throws IOException {
        // By default Open Liberty shows OpenTelemetry to itself alone.
        Liberty liberty = Liberty.configured("telemetry", List.of("mpTelemetry-2.0"), """
                <webApplication location="measured.war">
                  <classloader apiTypeVisibility="+third-party"/>
                </webApplication>
                """);
        liberty.clear();
        try (OtlpReceiver received = OtlpReceiver.open()) {
            deploy(liberty, received.endpoint());
            try (JavaProcess server = liberty.process().start()) {
                server.awaitLine("CWWKF0011I", PATIENCE);
                await("metrics")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(received.metrics())
                                .contains("kernel.leader.state", "kernel.job.run.duration", "kernel.readiness.state"));
                await("spans")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(received.traces())
                                .contains("election billing acquired", "job settle", "job look"));

                server.stop(PATIENCE);

                assertThat(received.traces()).contains("election billing lost", "shutdown drain");
                assertThat(received.metrics()).contains("kernel.shutdown.hook.duration");
            }
        }
    }

    private void deploy(Liberty liberty, String endpoint) {
        Path apps = liberty.folder().resolve("apps");
        apps.toFile().mkdirs();
        WebArchives.of(
                        "measured.war",
                        List.of(
                                "kernel.application=measured",
                                "kernel.leader.store=memory",
                                "kernel.leader.names=billing",
                                "stop.file=" + temp.resolve("none"),
                                "otel.sdk.disabled=false",
                                "otel.exporter.otlp.endpoint=" + endpoint,
                                "otel.exporter.otlp.protocol=http/protobuf",
                                "otel.logs.exporter=none",
                                "otel.metric.export.interval=500",
                                "otel.bsp.schedule.delay=500"),
                        Voice.class,
                        Leads.class)
                .as(ZipExporter.class)
                .exportTo(apps.resolve("measured.war").toFile(), true);
    }
}
