package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;

/**
 * Passes the correlation id of the calling thread on to another service, unless the request has one already.
 *
 * <pre>{@code
 * Client client = ClientBuilder.newClient().register(CorrelationClientFilter.class);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class CorrelationClientFilter implements ClientRequestFilter {
    /** For the client, which makes its own. */
    public CorrelationClientFilter() {}

    @Override
    public void filter(ClientRequestContext request) {
        if (!request.getHeaders().containsKey(Headers.CORRELATION_ID)) {
            CorrelationId.current()
                    // Others may have put it into the log context.
                    .filter(CorrelationId::isValid)
                    .ifPresent(id -> request.getHeaders().putSingle(Headers.CORRELATION_ID, id));
        }
    }
}
