package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The spans of a kernel as a real SDK of OpenTelemetry has them. */
final class TracesTest {
    private final KernelFixture on = new KernelFixture();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();

    @AfterEach
    void close() {
        sdk.close();
    }

    private KernelBuilder builder(String... settings) {
        return on.builder(settings).with(KernelTelemetry.of(sdk));
    }

    private List<SpanData> named(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private static String text(SpanData span, String key) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(key)));
    }

    @Rule("EV-4")
    void ev4_everyRunOfTheScheduleIsATraceOfItsOwnAndItsLinesHaveTheIds() {
        List<Map<String, String>> logged = new CopyOnWriteArrayList<>();
        Kernel kernel = builder()
                .job(JobSpec.named("tidy")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            logged.add(MDC.getCopyOfContextMap());
                            sdk.getTracer("user")
                                    .spanBuilder("work")
                                    .startSpan()
                                    .end();
                        })
                        .build())
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(2_500));

        List<SpanData> runs = named("job tidy");
        assertThat(runs).hasSize(2).allSatisfy(span -> {
            assertThat(span.getParentSpanId()).isEqualTo(SpanId.getInvalid());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(text(span, "kernel.job.name")).isEqualTo("tidy");
        });
        assertThat(runs).extracting(SpanData::getTraceId).doesNotHaveDuplicates();
        assertThat(named("work"))
                .extracting(SpanData::getParentSpanId)
                .containsExactlyElementsOf(
                        runs.stream().map(SpanData::getSpanId).toList());
        assertThat(logged)
                .extracting(fields -> fields.get("trace_id"))
                .containsExactlyElementsOf(
                        runs.stream().map(SpanData::getTraceId).toList());
        assertThat(logged)
                .extracting(fields -> fields.get("correlation_id"))
                .containsExactlyElementsOf(runs.stream()
                        .map(span -> text(span, "kernel.correlation_id"))
                        .toList());
        on.stop(kernel);
    }

    @Rule("EV-4")
    void ev4_runThatIsStartedByHandBelongsToTheTraceOfItsCaller() {
        Kernel kernel = builder()
                .job(JobSpec.named("tidy").manual().task(context -> {}).build())
                .build();
        kernel.start();
        Span request = sdk.getTracer("user").spanBuilder("request").startSpan();

        try (Scope scope = request.makeCurrent()) {
            var unused = kernel.scheduler().job("tidy").orElseThrow().runNow();
        }
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(named("job tidy"))
                .extracting(SpanData::getParentSpanId)
                .containsExactly(request.getSpanContext().getSpanId());
        on.stop(kernel);
    }

    @Test
    void runThatThrowsIsAnErrorWithItsException() {
        Kernel kernel = builder()
                .job(JobSpec.named("tidy")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            throw new IllegalStateException("no");
                        })
                        .build())
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1_500));

        assertThat(named("job tidy")).singleElement().satisfies(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
            assertThat(span.getEvents()).hasSize(1);
        });
        on.stop(kernel);
    }

    @Rule("EV-4")
    void ev4_changesOfLeadershipHaveSpansWithTheTerm() {
        Kernel kernel = builder().election("mail").build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        long token = kernel.election("mail").term().orElseThrow().fencingToken();

        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));

        assertThat(named("election mail acquired"))
                .singleElement()
                .satisfies(span -> assertThat(
                                span.getAttributes().get(AttributeKey.longKey("kernel.leader.fencing_token")))
                        .isEqualTo(token));
        assertThat(named("election mail lost")).singleElement().satisfies(span -> {
            assertThat(text(span, "kernel.leader.reason")).isEqualTo("LEASE_EXPIRED");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        });
        on.stop(kernel);
    }

    @Rule("EV-4")
    void ev4_shutdownIsATraceOfItsPhases() {
        Kernel kernel = builder("kernel.shutdown.drain-delay", "2s")
                .hook(HookSpec.of("fine", ShutdownRegistry.LOW, context -> {}))
                .hook(HookSpec.of("broken", ShutdownRegistry.LOW, context -> {
                    throw new IllegalStateException("no");
                }))
                .build();
        kernel.start();

        on.stop(kernel);

        SpanData whole = named("shutdown").get(0);
        assertThat(text(whole, "kernel.shutdown.reason")).isEqualTo("test");
        assertThat(whole.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(named("shutdown drain"))
                .singleElement()
                .extracting(span -> span.getEndEpochNanos() - span.getStartEpochNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(named("shutdown hook fine"))
                .singleElement()
                .satisfies(span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET));
        assertThat(named("shutdown hook broken")).singleElement().satisfies(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(text(span, "kernel.hook.outcome")).isEqualTo("failed");
        });
        assertThat(spans.getFinishedSpanItems())
                .filteredOn(span -> span.getName().startsWith("shutdown "))
                .extracting(SpanData::getParentSpanId)
                .containsOnly(whole.getSpanId());
    }

    @Rule("EV-4")
    void ev4_runGoesOnWhateverTheSdkThrows() {
        Set<String> broken = ConcurrentHashMap.newKeySet();
        SpanProcessor throwing = new SpanProcessor() {
            @Override
            public void onStart(Context parent, ReadWriteSpan span) {
                if (broken.contains("start")) {
                    throw new IllegalStateException("start");
                }
            }

            @Override
            public boolean isStartRequired() {
                return true;
            }

            @Override
            public void onEnd(ReadableSpan span) {
                if (broken.contains("end")) {
                    throw new IllegalStateException("end");
                }
            }

            @Override
            public boolean isEndRequired() {
                return true;
            }
        };
        List<Context> contexts = new CopyOnWriteArrayList<>();
        try (OpenTelemetrySdk hostile = OpenTelemetrySdk.builder()
                .setTracerProvider(
                        SdkTracerProvider.builder().addSpanProcessor(throwing).build())
                .build()) {
            Kernel kernel = on.builder()
                    .with(KernelTelemetry.of(hostile))
                    .job(JobSpec.named("tidy")
                            .every(Duration.ofSeconds(1))
                            .task(context -> contexts.add(Context.current()))
                            .build())
                    .build();
            kernel.start();

            broken.add("start");
            on.clock.advance(Duration.ofMillis(2_500));
            broken.add("end");
            broken.remove("start");
            on.clock.advance(Duration.ofSeconds(2));
            broken.clear();
            on.clock.advance(Duration.ofSeconds(1));

            assertThat(kernel.scheduler().job("tidy").orElseThrow().stats().count(Outcome.SUCCESS))
                    .isEqualTo(5);
            assertThat(contexts).hasSize(5).startsWith(Context.root(), Context.root());
            on.stop(kernel);
        }
    }

    @Test
    void telemetryIsAddedOnce() {
        KernelBuilder builder = builder().with(KernelTelemetry.of(sdk));

        assertThatThrownBy(builder::build).hasMessageContaining("listener name = 'traces' (code): must be unique");
    }
}
