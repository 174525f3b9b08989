package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** OpenTelemetry that is a bean, as MicroProfile Telemetry has it. */
class TelemetryBeansTest {
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @ApplicationScoped
    static class Telemetry {
        private final InMemoryMetricReader reader = InMemoryMetricReader.create();
        private final InMemorySpanExporter spans = InMemorySpanExporter.create();

        @Produces
        @ApplicationScoped
        OpenTelemetry telemetry() {
            return OpenTelemetrySdk.builder()
                    .setMeterProvider(SdkMeterProvider.builder()
                            .registerMetricReader(reader)
                            .build())
                    .setTracerProvider(SdkTracerProvider.builder()
                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                            .build())
                    .build();
        }

        InMemoryMetricReader reader() {
            return reader;
        }

        InMemorySpanExporter spans() {
            return spans;
        }
    }

    @ApplicationScoped
    static class Tidy {
        @Job(every = "1h")
        void tidy() {}
    }

    @Test
    void getsMetricsAndTraces() throws Exception {
        try (TestContainer container = TestContainer.start(Map.of(), Telemetry.class, Tidy.class)) {
            container
                    .get(JobScheduler.class)
                    .job("tidy")
                    .orElseThrow()
                    .runNow()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            Telemetry telemetry = container.get(Telemetry.class);

            assertThat(telemetry.reader().collectAllMetrics())
                    .extracting(MetricData::getName)
                    .contains(
                            KernelMeter.JOB_RUN.key(),
                            KernelMeter.READINESS_STATE.key(),
                            KernelMeter.SHUTDOWN_HOOK.key());
            assertThat(telemetry.spans().getFinishedSpanItems())
                    .extracting(SpanData::getName)
                    .contains("job tidy");
        }
    }

    @ApplicationScoped
    static class Second {
        @Produces
        OpenTelemetry telemetry() {
            return OpenTelemetry.noop();
        }
    }

    @ApplicationScoped
    @Alternative
    @Priority(1)
    static class Chosen {
        @Produces
        OpenTelemetry telemetry() {
            SEEN.add("chosen");
            return OpenTelemetry.noop();
        }
    }

    @ApplicationScoped
    static class Counts {
        @Job(every = "1h")
        int counts() {
            return 1;
        }
    }

    @Test
    void severalAreAProblemAmongTheOthers() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(), Telemetry.class, Second.class, Counts.class))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("beans of type OpenTelemetry = '" + Second.class.getName() + ", "
                        + Telemetry.class.getName() + "' (bean): must be one at most")
                .hasMessageContaining("Counts.counts()");
    }

    @Test
    void ofSeveralTheAlternativeIsTheOne() {
        try (TestContainer container = TestContainer.start(Map.of(), Telemetry.class, Second.class, Chosen.class)) {
            assertThat(container.get(Kernel.class).isStarted()).isTrue();
        }
        assertThat(SEEN).contains("chosen");
    }

    @Test
    void isNotNeeded() {
        try (TestContainer container = TestContainer.start(Map.of(), Tidy.class)) {
            assertThat(container.get(JobScheduler.class).job("tidy")).isPresent();
        }
    }
}
