package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;

/** Does what the real one does, unless told otherwise. */
class ForwardingComponent implements ReadinessComponent {
    private final ReadinessComponent real;

    ForwardingComponent(ReadinessComponent real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public SignalResult ready() {
        return real.ready();
    }

    @Override
    public SignalResult notReady(String reason) {
        return real.notReady(reason);
    }

    @Override
    public ReadinessSnapshot.Status status() {
        return real.status();
    }
}
