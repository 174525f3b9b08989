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

    private KernelTelemetry(Supplier<? extends OpenTelemetry> source) {
        this.source = source;
    }

    /**
     * {@return metrics and traces to an OpenTelemetry of your own}
     *
     * @param telemetry not closed by the kernel: close it behind it, so that the shutdown is seen
     */
    public static KernelTelemetry of(OpenTelemetry telemetry) {
        Check.notNull("OpenTelemetry", telemetry);
        return new KernelTelemetry(() -> telemetry);
    }

    /**
     * {@return metrics and traces to an OpenTelemetry that is there once the kernel starts}
     *
     * @param source asked once, when the kernel starts
     */
    public static KernelTelemetry from(Supplier<? extends OpenTelemetry> source) {
        return new KernelTelemetry(Check.notNull("source of OpenTelemetry", source));
    }

    /**
     * Adds it to a kernel; called by {@link KernelBuilder#with}.
     *
     * @throws IllegalArgumentException if the builder has one already
     */
    @Override
    public void accept(KernelBuilder builder) {
        LateTelemetry telemetry = new LateTelemetry(source);
        builder.listener(TRACES, new TraceListener(telemetry))
                .carrier(new TraceCarrier(telemetry))
                .metrics(() -> {
                    // The first that is asked when the kernel starts.
                    telemetry.open();
                    return new OpenTelemetryMeters(telemetry.meter());
                });
    }
}
