package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The headers that carry a correlation id. */
final class Headers {
    static final String CORRELATION_ID = "X-Correlation-ID";
    static final String REQUEST_ID = "X-Request-ID";

    private Headers() {}

    /** {@return the id that a request brings, if it brings a valid one} */
    static Optional<String> correlationId(MultivaluedMap<String, String> headers) {
        return single(headers, CORRELATION_ID).or(() -> single(headers, REQUEST_ID));
    }

    /** Sent twice, it is nobody's id: two proxies disagree, or somebody tries something. */
    private static Optional<String> single(MultivaluedMap<String, String> headers, String name) {
        @Nullable List<String> values = headers.get(name);
        return values != null && values.size() == 1 && CorrelationId.isValid(values.get(0))
                ? Optional.of(values.get(0))
                : Optional.empty();
    }
}
