package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.cdi.liberty.LibertyHost;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.util.Optional;

/** The CDI host in Open Liberty, from outside. */
public final class LibertyHostProvider extends ServerHostProvider {
    /** For the suite. */
    public LibertyHostProvider() {
        super("liberty-host", "Open Liberty");
    }

    @Override
    public Optional<String> whyNot(Capability capability) {
        return capability == Capability.HTTP_DURING_DRAIN
                ? Optional.of("Open Liberty closes its port before it tells applications of its end")
                : super.whyNot(capability);
    }

    @Override
    TckHost launcher() {
        return new LibertyHost();
    }
}
