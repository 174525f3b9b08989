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
 *
 * <p>What the SDK throws, or an exporter in it, costs a span and never a run: a job whose trace cannot be written runs without.
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
        public Scope open(Map<String, String> fields) {
            Span span = Span.getInvalid();
            try {
                span = start(fields);
                return enter(span, fields.getOrDefault(CorrelationId.KEY, ""));
            } catch (RuntimeException | LinkageError e) {
                end(span);
                return () -> {};
            }
        }

        private Span start(Map<String, String> fields) {
            return telemetry
                    .tracer()
                    .spanBuilder("job " + fields.get("job"))
                    .setParent(parent)
                    .setAttribute(MeterLabel.JOB.key(), fields.getOrDefault("job", ""))
                    .setAttribute("kernel.job.run_id", fields.getOrDefault("run_id", ""))
                    .setAttribute("kernel.correlation_id", fields.getOrDefault(CorrelationId.KEY, ""))
                    .startSpan();
        }

        @SuppressWarnings("MustBeClosedChecker") // closed by the scope that is returned
        private Scope enter(Span span, String correlationId) {
            io.opentelemetry.context.Scope current = parent.with(span).makeCurrent();
            try {
                // The log context was opened before there was a span.
                ContextCarrier.Scope log =
                        CorrelationId.isValid(correlationId) ? LogContext.open(correlationId) : LogContext.keep();
                return new SpanScope(span, current, log);
            } catch (RuntimeException | LinkageError e) {
                current.close();
                throw e;
            }
        }
    }

    private static void end(Span span) {
        try {
            span.end();
        } catch (RuntimeException | LinkageError e) {
            // Processors and exporters are called here: this span is lost, the run is not.
        }
    }

    private record SpanScope(Span span, io.opentelemetry.context.Scope current, ContextCarrier.Scope log)
            implements ContextCarrier.Scope {
        @Override
        public void failed(Throwable error) {
            try {
                span.recordException(error);
                span.setStatus(StatusCode.ERROR);
                span.setAttribute("error.type", error.getClass().getName());
            } catch (RuntimeException | LinkageError e) {
                // The error itself may throw when it is asked for its message.
            }
        }

        @Override
        public void close() {
            try {
                log.close();
            } finally {
                try {
                    current.close();
                } finally {
                    end(span);
                }
            }
        }
    }
}
