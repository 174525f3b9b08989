package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;

/**
 * A shutdown registry, and how to wait for the end of what another thread runs in it.
 *
 * @param registry the kernel's own, or one that was given to its builder
 * @param waiting blocks until its shutdown is over
 */
record ShutdownEnd(ShutdownRegistry registry, Waiting waiting) {
    /** Waits for the end of a shutdown. */
    @FunctionalInterface
    interface Waiting {
        ShutdownReport await() throws InterruptedException;
    }

    static ShutdownEnd of(Plan plan, ReadinessBarrier readiness, Events events) {
        if (plan.shutdown.isPresent()) {
            return given(plan.shutdown.get(), new ClockGate(plan.clock), Deadlines.never(plan.clock.nanoTime()));
        }
        PhasedShutdownRegistry own = PhasedShutdownRegistry.create(
                plan.config.shutdown().spec(), readiness, plan.clock, plan.threads, events);
        return new ShutdownEnd(own, own::awaitFinished);
    }

    /** The contract has no call that waits without stopping: a first hook tells that there is a shutdown to join. */
    private static ShutdownEnd given(ShutdownRegistry registry, ClockGate begun, long never) {
        registry.register("kernel", ShutdownRegistry.IMMEDIATE, context -> begun.signalAll());
        return new ShutdownEnd(registry, () -> {
            begun.await(() -> registry.state() != ShutdownRegistry.State.RUNNING, never);
            return registry.shutdown("the kernel waits for its end");
        });
    }

    ShutdownReport await() throws InterruptedException {
        return waiting.await();
    }
}
