package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;

/** A service that finds out, once it serves, that it must not go on. */
public final class FatalMain extends Application<TestConfiguration> {
    private final KernelBundle<TestConfiguration> bundle =
            KernelBundle.builder(TestConfiguration::getKernel).build();

    private FatalMain() {}

    /**
     * Runs it.
     *
     * @param args command and file
     * @throws Exception if it cannot start
     */
    public static void main(String[] args) throws Exception {
        new FatalMain().run(args);
    }

    @Override
    public void initialize(Bootstrap<TestConfiguration> bootstrap) {
        bootstrap.addBundle(bundle);
    }

    @Override
    public void run(TestConfiguration configuration, Environment environment) {
        var shutdown = bundle.kernel().shutdown();
        shutdown.register("resign", ShutdownRegistry.CRITICAL, context -> System.out.println("stop resign"));
        shutdown.register("mailbox", ShutdownRegistry.MEDIUM, context -> System.out.println("stop mailbox"));
        shutdown.register("store", ShutdownRegistry.LOWEST, context -> System.out.println("stop store"));
        environment.lifecycle().manage(new Managed() {
            @Override
            public void stop() {
                System.out.println("stop managed");
            }
        });
        environment
                .lifecycle()
                .addServerLifecycleListener(server -> bundle.kernel().fail("disk is full"));
    }
}
