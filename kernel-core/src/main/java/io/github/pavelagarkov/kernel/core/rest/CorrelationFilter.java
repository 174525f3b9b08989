package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes or makes the correlation id before anything else sees the request, and puts it on the response before anything else
 * sees that. Before matching, so that a 404 has an id as well. Thread-safe.
 */
@PreMatching
final class CorrelationFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private final KernelClock clock;

    /**
     * What a thread began and could not see the end of, because the response is made by another. Nothing is called when a
     * resource method returns without a response, so the thread gets its context back when it begins the next request.
     */
    @SuppressWarnings("ThreadLocalUsage") // a static one would hold the class loader of an application that has left
    private final ThreadLocal<Exchange> begun = new ThreadLocal<>();

    CorrelationFilter(KernelClock clock) {
        this.clock = clock;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        @Nullable Exchange stale = begun.get();
        if (stale != null) {
            stale.leaveBehind();
        }
        String id = Headers.correlationId(request.getHeaders()).orElseGet(CorrelationId::generate);
        Exchange exchange = Exchange.begin(
                id, request.getMethod(), request.getUriInfo().getRequestUri().getRawPath(), clock.nanoTime(), begun);
        request.setProperty(Exchange.PROPERTY, exchange);
        // In place of what came: whoever reads the header further on, the mapper of errors first, finds an id to trust.
        // A list of its own: that of the JDK's server cannot be changed.
        request.getHeaders().put(Headers.CORRELATION_ID, new ArrayList<>(List.of(id)));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Exchange exchange = Exchange.of(request.getProperty(Exchange.PROPERTY));
        if (exchange != null) {
            exchange.responds(response.getStatus());
            response.getHeaders().putSingle(Headers.CORRELATION_ID, exchange.id);
        } else {
            // The server gave up on the request before any filter saw it.
            response.getHeaders().putSingle(Headers.CORRELATION_ID, CorrelationId.generate());
        }
    }
}
