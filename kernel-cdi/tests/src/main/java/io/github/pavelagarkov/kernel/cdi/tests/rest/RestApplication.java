package io.github.pavelagarkov.kernel.cdi.tests.rest;

import io.github.pavelagarkov.kernel.conformance.rest.SuiteExceptionMapper;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Lists its classes, and knows nothing of kernel. */
@ApplicationPath("rest")
@ApplicationScoped
public class RestApplication extends Application {
    /** For the server. */
    public RestApplication() {}

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(SuiteResource.class, SuiteExceptionMapper.class, Login.class);
    }
}
