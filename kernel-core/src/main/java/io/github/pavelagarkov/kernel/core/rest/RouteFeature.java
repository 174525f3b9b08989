package io.github.pavelagarkov.kernel.core.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Optional;

/**
 * Tells each request which route it has matched: worked out once for each resource method, because what Jakarta REST tells a
 * filter at run time are values and not templates. Thread-safe.
 */
final class RouteFeature implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        context.register(new RouteFilter(new Route(resource.getResourceClass(), resource.getResourceMethod())), 1);
    }

    private record RouteFilter(Route route) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            Exchange exchange = Exchange.of(request.getProperty(Exchange.PROPERTY));
            if (exchange != null) {
                Optional<String> template = route.template(request.getUriInfo());
                template.ifPresent(exchange::matched);
            }
        }
    }
}
