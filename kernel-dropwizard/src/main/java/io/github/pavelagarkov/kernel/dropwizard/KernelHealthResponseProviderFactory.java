package io.github.pavelagarkov.kernel.dropwizard;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.health.HealthStateAggregator;
import io.dropwizard.health.HealthStatusChecker;
import io.dropwizard.health.response.HealthResponse;
import io.dropwizard.health.response.HealthResponseProvider;
import io.dropwizard.health.response.HealthResponseProviderFactory;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets Dropwizard's health endpoint say what the kernel says at that moment: {@code health.responseProvider.type: kernel}.
 * {@code ?type=alive} is liveness, everything else is readiness. Dropwizard's own checks do not take part; those that a
 * service must have are components of {@link Kernel#readiness()}.
 *
 * <p>Thread-safe.
 */
@JsonTypeName("kernel")
public final class KernelHealthResponseProviderFactory implements HealthResponseProviderFactory {
    private static final String JSON = "application/json";

    private volatile @Nullable Kernel kernel;

    /** For Jackson. */
    public KernelHealthResponseProviderFactory() {}

    /** Dropwizard builds the provider before any bundle runs, so the kernel comes later. */
    void answerFor(Kernel built) {
        kernel = built;
    }

    @Override
    public HealthResponseProvider build(
            HealthStatusChecker healthStatusChecker, HealthStateAggregator healthStateAggregator, ObjectMapper mapper) {
        return parameters -> {
            Kernel asked = kernel;
            if (asked == null) {
                return response(mapper, false, "the kernel is not there yet", Map.of());
            }
            Collection<String> types = parameters.getOrDefault("type", List.of());
            return types.contains("alive") ? liveness(mapper, asked) : readiness(mapper, asked);
        };
    }

    private static HealthResponse liveness(ObjectMapper mapper, Kernel kernel) {
        Optional<String> reason = kernel.notLive();
        return response(mapper, reason.isEmpty(), reason.orElse(""), Map.of());
    }

    private static HealthResponse readiness(ObjectMapper mapper, Kernel kernel) {
        ReadinessSnapshot now = kernel.readiness().snapshot();
        Map<String, String> components = new LinkedHashMap<>();
        now.components().forEach((name, status) -> components.put(name, status.ready() ? "ready" : status.reason()));
        return response(mapper, now.ready(), now.reason(), components);
    }

    private static HealthResponse response(
            ObjectMapper mapper, boolean healthy, String reason, Map<String, String> components) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("healthy", healthy);
        body.put("reason", reason);
        body.put("components", components);
        return new HealthResponse(healthy, json(mapper, body), JSON, healthy ? 200 : 503);
    }

    private static String json(ObjectMapper mapper, Map<String, Object> body) {
        try {
            return mapper.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot happen: a map of texts is always JSON", e);
        }
    }
}
