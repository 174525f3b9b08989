package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Does what the real one does, unless told otherwise. */
class ForwardingBarrier implements ReadinessBarrier {
    private final ReadinessBarrier real;

    ForwardingBarrier(ReadinessBarrier real) {
        this.real = real;
    }

    @Override
    public boolean isReady() {
        return real.isReady();
    }

    @Override
    public ReadinessSnapshot snapshot() {
        return real.snapshot();
    }

    @Override
    public ReadinessComponent component(String name) {
        return real.component(name);
    }

    @Override
    public boolean remove(String name) {
        return real.remove(name);
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return real.awaitReady(atMost);
    }

    @Override
    public CompletionStage<ReadinessSnapshot> whenReady() {
        return real.whenReady();
    }

    @Override
    public Registration addListener(ReadinessListener listener) {
        return real.addListener(listener);
    }

    @Override
    public void start() {
        real.start();
    }

    @Override
    public void stop() {
        real.stop();
    }

    @Override
    public void beginShutdown(String reason) {
        real.beginShutdown(reason);
    }
}
