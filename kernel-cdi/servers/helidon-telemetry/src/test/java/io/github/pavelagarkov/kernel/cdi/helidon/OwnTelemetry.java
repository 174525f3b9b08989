package io.github.pavelagarkov.kernel.cdi.helidon;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** The OpenTelemetry of the application, with the settings that MicroProfile Telemetry has too. */
@ApplicationScoped
public class OwnTelemetry {
    /** For the container. */
    public OwnTelemetry() {}

    @Produces
    @ApplicationScoped
    OpenTelemetry open(Config config) {
        Map<String, String> settings = StreamSupport.stream(
                        config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("otel."))
                .collect(Collectors.toMap(name -> name, name -> config.getValue(name, String.class)));
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> settings)
                // The container closes it, behind the kernel, so that the end is still sent.
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    void close(@Disposes OpenTelemetry opened) {
        ((OpenTelemetrySdk) opened).close();
    }
}
