package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.rest.KernelRestFeature;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Correlation ids, access lines and errors of the requests of every REST application. Found by the server as a service
 * (Jakarta REST 3.1, section 4.1.2), also where an {@code Application} lists its classes; only loaded where that is.
 */
public final class KernelRequests implements Feature {
    /** For the server. */
    public KernelRequests() {}

    @Override
    public boolean configure(FeatureContext context) {
        return CDI.current()
                .select(KernelExtension.class)
                .get()
                .built()
                .map(kernel -> KernelRestFeature.of(kernel).configure(context))
                .orElse(false);
    }
}
