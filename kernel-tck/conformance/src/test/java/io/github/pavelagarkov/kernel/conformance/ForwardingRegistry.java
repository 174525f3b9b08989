package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import java.time.Duration;
import java.util.Optional;

/** Does what the real one does, unless told otherwise. */
class ForwardingRegistry implements ShutdownRegistry {
    private final ShutdownRegistry real;

    ForwardingRegistry(ShutdownRegistry real) {
        this.real = real;
    }

    @Override
    public Registration register(String name, int priority, ShutdownAction action) {
        return real.register(name, priority, action);
    }

    @Override
    public Registration register(HookSpec hook) {
        return real.register(hook);
    }

    @Override
    public State state() {
        return real.state();
    }

    @Override
    public ShutdownPlan plan() {
        return real.plan();
    }

    @Override
    public void begin(String reason) {
        real.begin(reason);
    }

    @Override
    public void runBelow(int priority) {
        real.runBelow(priority);
    }

    @Override
    public ShutdownReport finish() {
        return real.finish();
    }

    @Override
    public ShutdownReport shutdown(String reason) {
        return real.shutdown(reason);
    }

    @Override
    public Optional<ShutdownReport> report() {
        return real.report();
    }

    @Override
    public Duration remaining() {
        return real.remaining();
    }
}
