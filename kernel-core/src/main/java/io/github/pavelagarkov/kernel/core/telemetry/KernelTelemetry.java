package io.github.pavelagarkov.kernel.core.telemetry;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.opentelemetry.api.OpenTelemetry;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends what a kernel measures, and a span for each run of a job, each change of leadership and each phase of the shutdown, to
 * OpenTelemetry.
 *
 * <pre>{@code
 * Kernel.builder().with(KernelTelemetry.of(openTelemetry))
 * }</pre>
 *
 * <p>The context of OpenTelemetry is carried into the runs of jobs: one that is started by hand belongs to the trace of its
 * caller, one of the schedule begins a trace. Thread-safe.
 *
 * @see KernelMeter
 */
public final class KernelTelemetry implements Consumer<KernelBuilder> {
    /** The name of the meter and of the tracer: filters of an SDK know kernel by it. */
    public static final String SCOPE = "io.github.pavelagarkov.kernel";

    private static final String TRACES = "traces";

    private final Supplier<? extends OpenTelemetry> source;
    private final boolean traces;

    private KernelTelemetry(Supplier<? extends OpenTelemetry> source, boolean traces) {
        this.source = source;
        this.traces = traces;
    }

    /**
     * {@return metrics and traces to an OpenTelemetry of your own}
     *
     * @param telemetry not closed by the kernel: close it behind it, so that the shutdown is seen
     */
    public static KernelTelemetry of(OpenTelemetry telemetry) {
        Check.notNull("OpenTelemetry", telemetry);
        return new KernelTelemetry(() -> telemetry, true);
    }

    /**
     * {@return metrics and traces to an OpenTelemetry that is there once the kernel starts}
     *
     * @param source asked once, when the kernel starts
     */
    public static KernelTelemetry from(Supplier<? extends OpenTelemetry> source) {
        return new KernelTelemetry(Check.notNull("source of OpenTelemetry", source), true);
    }

    /** {@return the same without spans, and with no context carried into jobs} */
    public KernelTelemetry metricsOnly() {
        return new KernelTelemetry(source, false);
    }

    /** Adds it to a kernel; called by {@link KernelBuilder#with}. One with traces can be added once. */
    @Override
    public void accept(KernelBuilder builder) {
        LateTelemetry telemetry = new LateTelemetry(source);
        if (traces) {
            builder.listener(TRACES, new TraceListener(telemetry)).carrier(new TraceCarrier(telemetry));
        }
        builder.metrics(() -> {
            // The first that is asked when the kernel starts.
            telemetry.open();
            return new OpenTelemetryMeters(telemetry.meter());
        });
    }
}
