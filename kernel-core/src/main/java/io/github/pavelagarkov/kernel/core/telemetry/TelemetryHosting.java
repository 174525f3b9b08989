package io.github.pavelagarkov.kernel.core.telemetry;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.opentelemetry.api.OpenTelemetry;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Telemetry for an adapter that finds OpenTelemetry by itself and names no type of it. */
public final class TelemetryHosting {
    /** The type of what it finds, by its name: OpenTelemetry need not be there. */
    public static final String TYPE = "io.opentelemetry.api.OpenTelemetry";

    private TelemetryHosting() {}

    /**
     * {@return metrics and traces, for {@link KernelBuilder#with}}
     *
     * @param source yields an {@code OpenTelemetry}; asked once, when the kernel starts
     */
    public static Consumer<KernelBuilder> by(Supplier<?> source) {
        Check.notNull("source of OpenTelemetry", source);
        return KernelTelemetry.from(() -> OpenTelemetry.class.cast(source.get()));
    }
}
