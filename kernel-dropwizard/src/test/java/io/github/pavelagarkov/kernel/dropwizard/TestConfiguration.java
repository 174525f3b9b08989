package io.github.pavelagarkov.kernel.dropwizard;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;

/** What a user's configuration looks like: one property, no superclass of ours. */
public final class TestConfiguration extends Configuration {
    @JsonProperty
    private KernelFactory kernel = new KernelFactory();

    KernelFactory getKernel() {
        return kernel;
    }
}
