package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.Capability;
import java.util.Set;

/** The plain Java host with a REST application. */
abstract class HttpHostProvider extends PlainHostProvider {
    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PROCESS, Capability.HTTP);
    }
}
