package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.cdi.tests.host.HelidonHost;
import io.github.pavelagarkov.kernel.tck.TckHost;

/** The CDI host in Helidon MP, from outside. */
public final class HelidonHostProvider extends PlainHostProvider {
    /** For the suite. */
    public HelidonHostProvider() {}

    @Override
    public String id() {
        return "helidon-host";
    }

    @Override
    public String name() {
        return "kernel-cdi, host";
    }

    @Override
    public String host() {
        return System.getProperty("runner.name", "Helidon MP");
    }

    @Override
    TckHost launcher() {
        return new HelidonHost();
    }
}
