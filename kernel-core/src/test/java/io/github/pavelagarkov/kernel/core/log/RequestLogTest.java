package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class RequestLogTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    private final Logger logger = (Logger) LoggerFactory.getLogger("kernel.request-log-test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RequestLog log = RequestLog.of(logger.getName());

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
    }

    @AfterEach
    void leaveNothingBehind() {
        logger.detachAppender(lines);
        MDC.clear();
    }

    private static RequestLine line(RequestLine.Target target, boolean complete) {
        return new RequestLine(
                "http", "GET", target, "200", complete, OptionalLong.of(4), Duration.ofMillis(35), "c-1");
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new TreeMap<>();
        lines.list.get(0).getKeyValuePairs().forEach(pair -> fields.put(pair.key, pair.value));
        return fields;
    }

    private static Span span() {
        return Span.wrap(SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()));
    }

    @Test
    void saysForPeopleAndForMachinesWhatTheClientGot() {
        log.answered(line(RequestLine.Target.route("/orders/{id}"), true));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("http GET /orders/{id}: 200 after 35 ms, 4 bytes, correlation id c-1");
        assertThat(fields())
                .isEqualTo(Map.of(
                        "component", "http",
                        "operation", "GET /orders/{id}",
                        "method", "GET",
                        "route", "/orders/{id}",
                        "status", "200",
                        "bytes", 4L,
                        "result", "complete",
                        "latency_ms", 35L));
    }

    @Test
    void lg3_aPathThatMatchedNothingIsOnePrintableLine() {
        log.answered(line(RequestLine.Target.path("/a\r\nERROR forged " + "x".repeat(200)), false));

        assertThat(lines.list.get(0).getFormattedMessage())
                .startsWith("http GET /a??ERROR forged xxx")
                .contains("200, broken off after 35 ms")
                .doesNotContain("\n")
                .hasSizeLessThan(200);
        assertThat(fields()).containsKey("path").doesNotContainKey("route");
    }

    @Test
    void lg1_theLineOfAGrpcCallHasTheSameFieldsAndTheIdsOfTheSpan() {
        CallLog calls = CallLog.named(logger.getName(), "grpc");
        try (Scope current = span().makeCurrent()) {
            calls.ended(false, "shop.Orders/Place", "c-1", "OK", Duration.ofMillis(35), 12, 0);
        }
        assertThat(fields())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "component",
                        "grpc",
                        "operation",
                        "shop.Orders/Place",
                        "result",
                        "OK",
                        "latency_ms",
                        35L,
                        "request_bytes",
                        12L,
                        "trace_id",
                        TRACE,
                        "span_id",
                        SPAN));
        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("grpc shop.Orders/Place: OK after 35 ms, correlation id c-1");

        calls.failed("shop.Orders/Place", "c-1", new IllegalStateException("why"));
        assertThat(lines.list.get(1).getLevel()).isEqualTo(ch.qos.logback.classic.Level.ERROR);
        assertThat(lines.list.get(1).getFormattedMessage())
                .isEqualTo("grpc shop.Orders/Place failed, correlation id c-1");
        assertThat(lines.list.get(1).getThrowableProxy().getMessage()).isEqualTo("why");
    }

    @Test
    void lg1_theIdsOfTheCurrentSpanAreInTheLineOnce() {
        try (Scope current = span().makeCurrent()) {
            log.answered(line(RequestLine.Target.route("/orders"), true));
            assertThat(fields()).containsEntry("trace_id", TRACE).containsEntry("span_id", SPAN);

            lines.list.clear();
            try (ContextCarrier.Scope opened = LogContext.open("c-1")) {
                log.answered(line(RequestLine.Target.route("/orders"), true));
            }
        }

        assertThat(fields()).doesNotContainKeys("trace_id", "span_id");
        assertThat(lines.list.get(0).getMDCPropertyMap())
                .isEqualTo(Map.of("correlation_id", "c-1", "trace_id", TRACE, "span_id", SPAN));
        assertThat(MDC.getCopyOfContextMap())
                .satisfiesAnyOf(
                        after -> assertThat(after).isNull(),
                        after -> assertThat(after).isEmpty());
    }

    @Test
    void whereNoSpanIsCurrentThereAreNoIds() {
        log.failed("http", "c-2", new IllegalStateException("boom"));

        assertThat(fields()).isEqualTo(Map.of("component", "http", "operation", "request"));
        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("http request failed, nobody caught the error, correlation id c-2");
        assertThat(List.of(lines.list.get(0).getThrowableProxy().getMessage())).containsExactly("boom");
    }
}
