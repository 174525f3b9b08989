package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.core.Preflight;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * {@code java -jar app.jar kernel-check app.yml}: see {@link Preflight}. Calls the customizer of the bundle, because that says
 * what the kernel is made of, and starts nothing.
 */
final class KernelCheckCommand<T extends Configuration> extends ConfiguredCommand<T> {
    private final KernelBundle<T> bundle;
    private final Class<T> configurationClass;

    KernelCheckCommand(KernelBundle<T> bundle, Class<T> configurationClass) {
        super("kernel-check", "Checks kernel's settings, asks each backend once, and shows what a stop would do");
        this.bundle = bundle;
        this.configurationClass = configurationClass;
    }

    /** Dropwizard would look for it among the type parameters of this class, where it is not. */
    @Override
    protected Class<T> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    protected void run(Bootstrap<T> bootstrap, Namespace namespace, T configuration) throws Exception {
        Preflight.run(bundle.builder(configuration, environment(bootstrap, configuration)), System.out::println);
    }

    /** As Dropwizard makes one for its own commands, but for no server: bundles and the application do not run. */
    private static <T extends Configuration> Environment environment(Bootstrap<T> bootstrap, T configuration) {
        return new Environment(
                bootstrap.getApplication().getName(),
                bootstrap.getObjectMapper(),
                bootstrap.getValidatorFactory(),
                bootstrap.getMetricRegistry(),
                bootstrap.getClassLoader(),
                bootstrap.getHealthCheckRegistry(),
                configuration);
    }
}
