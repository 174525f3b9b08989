package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.cdi.payara.PayaraHost;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.TckHost;
import java.util.Optional;

/** The CDI host in Payara Server, from outside. */
public final class PayaraHostProvider extends ServerHostProvider {
    /** For the suite. */
    public PayaraHostProvider() {
        super("payara-host", "Payara Server");
    }

    @Override
    public Optional<String> whyNot(Capability capability) {
        return capability == Capability.HTTP_DURING_DRAIN
                ? Optional.of("Payara answers 404 for an application that stops")
                : super.whyNot(capability);
    }

    @Override
    TckHost launcher() {
        return new PayaraHost();
    }
}
