package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.dropwizard.DropwizardHost;
import io.github.pavelagarkov.kernel.tck.TckHost;

/** The Dropwizard host, from outside. */
public final class DropwizardHostProvider extends PlainHostProvider {
    /** For the suite. */
    public DropwizardHostProvider() {}

    @Override
    public String id() {
        return "dropwizard-host";
    }

    @Override
    public String name() {
        return "kernel-dropwizard, host";
    }

    @Override
    public String host() {
        return DropwizardHost.NAME;
    }

    @Override
    TckHost launcher() {
        return new DropwizardHost();
    }
}
