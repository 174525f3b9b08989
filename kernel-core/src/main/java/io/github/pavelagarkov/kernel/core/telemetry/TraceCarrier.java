package io.github.pavelagarkov.kernel.core.telemetry;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.log.LogContext;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Map;

/**
 * Gives every run of a job a span, in the trace of whoever started it by hand or in one of its own, and its ids to the lines
 * that the run logs. Thread-safe.
 */
final class TraceCarrier implements ContextCarrier {
    private final LateTelemetry telemetry;

    TraceCarrier(LateTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public Snapshot capture() {
        return new TraceSnapshot(telemetry, Context.current());
    }

    @Override
    public Snapshot clean() {
        return new TraceSnapshot(telemetry, Context.root());
    }

    private record TraceSnapshot(LateTelemetry telemetry, Context parent) implements Snapshot {
        @Override
        @SuppressWarnings("MustBeClosedChecker") // closed by the scope that is returned
        public Scope open(Map<String, String> fields) {
            String correlationId = fields.getOrDefault(CorrelationId.KEY, "");
            Span span = telemetry
                    .tracer()
                    .spanBuilder("job " + fields.get("job"))
                    .setParent(parent)
                    .setAttribute(MeterLabel.JOB.key(), fields.getOrDefault("job", ""))
                    .setAttribute("kernel.job.run_id", fields.getOrDefault("run_id", ""))
                    .setAttribute("kernel.correlation_id", correlationId)
                    .startSpan();
            io.opentelemetry.context.Scope current = parent.with(span).makeCurrent();
            // The log context was opened before there was a span.
            ContextCarrier.Scope log =
                    CorrelationId.isValid(correlationId) ? LogContext.open(correlationId) : LogContext.keep();
            return new SpanScope(span, current, log);
        }
    }

    private record SpanScope(Span span, io.opentelemetry.context.Scope current, ContextCarrier.Scope log)
            implements ContextCarrier.Scope {
        @Override
        public void failed(Throwable error) {
            span.recordException(error);
            span.setStatus(StatusCode.ERROR);
            span.setAttribute("error.type", error.getClass().getName());
        }

        @Override
        public void close() {
            log.close();
            current.close();
            span.end();
        }
    }
}
