package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.rest.KernelRestFeature;
import io.github.pavelagarkov.kernel.core.servlet.LogContextFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import java.util.EnumSet;

/** Correlation ids, access lines and errors of the application's requests. */
final class KernelRequests {
    private KernelRequests() {}

    static void install(Kernel kernel, ServerFactory server, Environment environment) {
        KernelRestFeature feature = KernelRestFeature.of(kernel);
        environment.jersey().register(hasRequestLog(server) ? feature.besideRequestLog() : feature);
        FilterRegistration.Dynamic context =
                environment.servlets().addFilter("kernel-log-context", new LogContextFilter());
        context.setAsyncSupported(true);
        // Before other filters, which may put something into the context as well.
        context.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }

    /** As it is without a word in the configuration. */
    private static boolean hasRequestLog(ServerFactory server) {
        return server instanceof AbstractServerFactory factory
                && factory.getRequestLogFactory().isEnabled();
    }
}
