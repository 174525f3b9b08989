package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Kernel's state as checks of MicroProfile Health; only loaded where that is. */
final class KernelHealthChecks {
    private KernelHealthChecks() {}

    static void addTo(BeforeBeanDiscovery event) {
        event.addAnnotatedType(Ready.class, Ready.class.getName()).add(ApplicationScoped.Literal.INSTANCE);
        event.addAnnotatedType(Alive.class, Alive.class.getName()).add(ApplicationScoped.Literal.INSTANCE);
        event.addAnnotatedType(Started.class, Started.class.getName()).add(ApplicationScoped.Literal.INSTANCE);
    }

    /** Whether this instance should get traffic, and what is in the way. */
    @Readiness
    public static class Ready implements HealthCheck {
        private static final String NAME = "kernel-readiness";

        @Inject
        KernelExtension extension;

        @Override
        public HealthCheckResponse call() {
            return extension
                    .built()
                    .map(kernel -> response(kernel.readiness().snapshot()))
                    .orElseGet(() -> down(NAME));
        }

        private static HealthCheckResponse response(ReadinessSnapshot now) {
            HealthCheckResponseBuilder answer =
                    HealthCheckResponse.named(NAME).status(now.ready()).withData("reason", now.reason());
            now.components()
                    .forEach((name, status) -> answer.withData(name, status.ready() ? "ready" : status.reason()));
            return answer.build();
        }
    }

    /** Whether this process should be restarted, and why. */
    @Liveness
    public static class Alive implements HealthCheck {
        private static final String NAME = "kernel-liveness";

        @Inject
        KernelExtension extension;

        @Override
        public HealthCheckResponse call() {
            return HealthCheckResponse.named(NAME)
                    .status(reason().isEmpty())
                    .withData("reason", reason())
                    .build();
        }

        private String reason() {
            return extension.built().flatMap(kernel -> kernel.notLive()).orElse("");
        }
    }

    /** Whether the kernel has started. */
    @Startup
    public static class Started implements HealthCheck {
        private static final String NAME = "kernel-startup";

        @Inject
        KernelExtension extension;

        @Override
        public HealthCheckResponse call() {
            return extension
                    .built()
                    .map(kernel -> HealthCheckResponse.named(NAME)
                            .status(kernel.isStarted())
                            .build())
                    .orElseGet(() -> down(NAME));
        }
    }

    private static HealthCheckResponse down(String name) {
        return HealthCheckResponse.named(name)
                .down()
                .withData("reason", "the kernel is not there yet")
                .build();
    }
}
