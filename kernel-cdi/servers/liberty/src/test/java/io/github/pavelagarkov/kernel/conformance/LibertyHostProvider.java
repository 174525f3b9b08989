package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.cdi.liberty.LibertyHost;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.util.Set;

/** The CDI host in Open Liberty, from outside. */
public final class LibertyHostProvider extends PlainHostProvider {
    /** For the suite. */
    public LibertyHostProvider() {}

    @Override
    public String id() {
        return "liberty-host";
    }

    @Override
    public String name() {
        return "kernel-cdi, host";
    }

    @Override
    public String host() {
        return System.getProperty("runner.name", "Open Liberty");
    }

    /** It never halts on a second signal, and closes its port before it tells applications of its end. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PROCESS, Capability.BACKEND_CONTROL);
    }

    @Override
    TckHost launcher() {
        return new LibertyHost();
    }
}
