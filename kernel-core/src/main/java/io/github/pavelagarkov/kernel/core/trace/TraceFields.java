package io.github.pavelagarkov.kernel.core.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;

/** The ids of the span that is current on a thread, as fields for its log lines. Thread-safe. */
public final class TraceFields {
    /** The name of the trace's id, as OpenTelemetry has it in logs. */
    public static final String TRACE_ID = "trace_id";

    /** The name of the span's id, as OpenTelemetry has it in logs. */
    public static final String SPAN_ID = "span_id";

    private static final boolean PRESENT = isPresent();

    private TraceFields() {}

    /** {@return trace and span id of the current span; empty if there is none, or no OpenTelemetry} */
    public static Map<String, String> current() {
        return PRESENT ? OfSpan.current() : Map.of();
    }

    private static boolean isPresent() {
        try {
            Class.forName("io.opentelemetry.api.trace.Span", false, TraceFields.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Loaded only where the library is. Calls nothing that is newer than 1.39. */
    private static final class OfSpan {
        private OfSpan() {}

        static Map<String, String> current() {
            SpanContext span = Span.current().getSpanContext();
            return span.isValid() ? Map.of(TRACE_ID, span.getTraceId(), SPAN_ID, span.getSpanId()) : Map.of();
        }
    }
}
