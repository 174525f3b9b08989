package io.github.pavelagarkov.kernel.core.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import java.util.function.Supplier;

/** An OpenTelemetry that says nothing until its kernel starts: before that a container may not have one yet. Thread-safe. */
final class LateTelemetry {
    private final Supplier<? extends OpenTelemetry> source;
    private volatile OpenTelemetry found = OpenTelemetry.noop();
    private volatile Tracer tracer = found.getTracer(KernelTelemetry.SCOPE);

    LateTelemetry(Supplier<? extends OpenTelemetry> source) {
        this.source = source;
    }

    void open() {
        OpenTelemetry given = source.get();
        tracer = given.getTracer(KernelTelemetry.SCOPE);
        found = given;
    }

    Tracer tracer() {
        return tracer;
    }

    Meter meter() {
        return found.getMeter(KernelTelemetry.SCOPE);
    }
}
