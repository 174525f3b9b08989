package io.github.pavelagarkov.kernel.dropwizard;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.health.DefaultHealthFactory;
import io.dropwizard.health.HealthFactory;
import io.dropwizard.health.response.HealthResponseProviderFactory;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelCheck;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kernel's checks as health checks of the admin port, its readiness and liveness as Dropwizard's health endpoint. */
final class KernelHealth {
    private static final Logger LOGGER = LoggerFactory.getLogger(KernelHealth.class);

    private KernelHealth() {}

    static void install(Kernel kernel, Configuration configuration, Environment environment) {
        register(kernel, environment.healthChecks());
        Optional<HealthFactory> configured = configuration.getHealthFactory();
        if (configured.isEmpty()) {
            DefaultHealthFactory own = new DefaultHealthFactory();
            KernelHealthResponseProviderFactory provider = new KernelHealthResponseProviderFactory();
            provider.answerFor(kernel);
            own.setHealthResponseProviderFactory(provider);
            own.configure(
                    environment.lifecycle(),
                    environment.servlets(),
                    environment.jersey(),
                    environment.health(),
                    environment.getObjectMapper(),
                    environment.getName());
        } else if (configured.get() instanceof DefaultHealthFactory factory && factory.isEnabled()) {
            join(kernel, factory);
        }
    }

    /** Dropwizard has configured this one already, before any bundle ran. */
    private static void join(Kernel kernel, DefaultHealthFactory factory) {
        HealthResponseProviderFactory provider = factory.getHealthResponseProviderFactory();
        if (provider instanceof KernelHealthResponseProviderFactory ours) {
            ours.answerFor(kernel);
        } else {
            LOGGER.warn(
                    "the health endpoint does not ask the kernel and follows a schedule of its own: readiness may be"
                            + " 12 s late; set health.responseProvider.type: kernel");
        }
        if (factory.isDelayedShutdownHandlerEnabled()) {
            LOGGER.warn(
                    "health.delayedShutdownHandlerEnabled delays every stop by {} on top of kernel.shutdown.drain-delay:"
                            + " set it to false",
                    factory.getShutdownWaitPeriod());
        }
    }

    /** {@return how long Dropwizard's own handler puts a stop off before any step of it} */
    static Duration delayedShutdown(Configuration configuration) {
        return configuration
                .getHealthFactory()
                .filter(DefaultHealthFactory.class::isInstance)
                .map(DefaultHealthFactory.class::cast)
                .filter(factory -> factory.isEnabled() && factory.isDelayedShutdownHandlerEnabled())
                .map(factory -> factory.getShutdownWaitPeriod().toJavaDuration())
                .orElse(Duration.ZERO);
    }

    /** Registers the checks that are not there yet. */
    static void register(Kernel kernel, HealthCheckRegistry registry) {
        for (KernelCheck check : kernel.checks()) {
            if (registry.getHealthCheck(check.name()) == null) {
                registry.register(check.name(), new Translated(check));
            }
        }
    }

    private static final class Translated extends HealthCheck {
        private final KernelCheck check;

        Translated(KernelCheck check) {
            this.check = check;
        }

        @Override
        protected Result check() {
            KernelCheck.Result result = check.run();
            ResultBuilder builder = Result.builder();
            result.details().forEach(builder::withDetail);
            builder = result.healthy() ? builder.healthy() : builder.unhealthy();
            // As a parameter: a message may hold percent signs.
            return builder.withMessage("%s", result.message()).build();
        }
    }
}
