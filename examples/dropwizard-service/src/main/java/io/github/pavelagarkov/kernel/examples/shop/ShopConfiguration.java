package io.github.pavelagarkov.kernel.examples.shop;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Configuration;
import io.github.pavelagarkov.kernel.dropwizard.KernelFactory;

/** The YAML file: one block for the kernel, beside Dropwizard's own. */
public final class ShopConfiguration extends Configuration {
    @JsonProperty
    private KernelFactory kernel = new KernelFactory();

    KernelFactory getKernel() {
        return kernel;
    }
}
