package io.github.pavelagarkov.kernel.cdi.helidon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.tests.host.OtlpReceiver;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a kernel measures leaves Helidon MP by an OpenTelemetry that the application makes, to the last. */
final class TelemetryIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void metricsAndSpansLeaveByTheBeanOfTheApplication() throws IOException {
        try (OtlpReceiver received = OtlpReceiver.open();
                JavaProcess helidon = helidon(received.endpoint()).start()) {
            await("metrics")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(received.metrics())
                            .contains("kernel.leader.state", "kernel.job.run.duration", "kernel.readiness.state"));
            await("spans")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(received.traces())
                            .contains("election billing acquired", "job settle", "job look"));

            helidon.stop(PATIENCE);

            assertThat(received.traces()).contains("election billing lost", "shutdown drain");
            assertThat(received.metrics()).contains("kernel.shutdown.hook.duration");
        }
    }

    private static JavaProcess.Builder helidon(String endpoint) {
        return JavaProcess.ofMain(System.getProperty("java.class.path"), "io.helidon.Main")
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .systemProperty("server.host", "127.0.0.1")
                .systemProperty("server.port", "0")
                .systemProperty("otel.exporter.otlp.endpoint", endpoint);
    }
}
