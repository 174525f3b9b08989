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
        environment.jersey().register(feature(KernelRestFeature.of(kernel), server));
        FilterRegistration.Dynamic context =
                environment.servlets().addFilter("kernel-log-context", new LogContextFilter());
        context.setAsyncSupported(true);
        // Before other filters, which may put something into the context as well.
        context.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
    }

    /** By default Dropwizard has a request log, and a mapper for everything. */
    private static KernelRestFeature feature(KernelRestFeature feature, ServerFactory server) {
        if (!(server instanceof AbstractServerFactory factory)) {
            return feature;
        }
        KernelRestFeature logged = factory.getRequestLogFactory().isEnabled() ? feature.besideRequestLog() : feature;
        return Boolean.FALSE.equals(factory.getRegisterDefaultExceptionMappers()) ? logged : logged.besideErrorMapper();
    }
}
