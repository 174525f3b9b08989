package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;

/** A service whose run method registers a hook and then throws. */
public final class FailingMain extends Application<TestConfiguration> {
    private final KernelBundle<TestConfiguration> bundle =
            KernelBundle.builder(TestConfiguration::getKernel).build();

    private FailingMain() {}

    /**
     * Runs it.
     *
     * @param args command and file
     * @throws Exception if it cannot start
     */
    public static void main(String[] args) throws Exception {
        new FailingMain().run(args);
    }

    @Override
    public void initialize(Bootstrap<TestConfiguration> bootstrap) {
        bootstrap.addBundle(bundle);
    }

    @Override
    public void run(TestConfiguration configuration, Environment environment) {
        bundle.kernel()
                .shutdown()
                .register("mailbox", ShutdownRegistry.MEDIUM, context -> System.out.println("hook mailbox"));
        throw new IllegalStateException("application cannot run");
    }
}
