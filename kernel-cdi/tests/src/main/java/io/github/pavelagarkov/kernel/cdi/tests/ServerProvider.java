package io.github.pavelagarkov.kernel.cdi.tests;

import io.github.pavelagarkov.kernel.conformance.MemoryProvider;

/** The engines of kernel-core in virtual time, inside a web application of a server. */
public final class ServerProvider extends MemoryProvider {
    /** For the suite. */
    public ServerProvider() {}

    @Override
    public String id() {
        return "cdi-" + TestServer.inside(TestServer.ID).orElseThrow();
    }

    @Override
    public String name() {
        return "kernel-cdi, engines";
    }

    @Override
    public String host() {
        return TestServer.inside(TestServer.NAME).orElseThrow();
    }
}
