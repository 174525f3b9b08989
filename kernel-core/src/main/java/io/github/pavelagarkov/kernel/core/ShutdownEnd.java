package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A shutdown registry, and how to wait for the end of what another thread runs in it.
 *
 * @param registry the kernel's own, or one that was given to its builder
 * @param waiting blocks until its shutdown is over
 */
record ShutdownEnd(ShutdownRegistry registry, Waiting waiting) {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Waits for the end of a shutdown. */
    @FunctionalInterface
    interface Waiting {
        ShutdownReport await() throws InterruptedException;
    }

    static ShutdownEnd of(Plan plan, ReadinessBarrier readiness, Events events, BooleanSupplier serves) {
        if (plan.shutdown.isPresent()) {
            return given(plan.shutdown.get(), new ClockGate(plan.clock), Deadlines.never(plan.clock.nanoTime()));
        }
        PhasedShutdownRegistry own = PhasedShutdownRegistry.create(
                plan.config.shutdown().spec(), readiness, plan.clock, plan.threads, events, serves);
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

    /**
     * {@return whether a shutdown reaches a state in time; looked at now and then, as a registry tells nobody}
     *
     * @param wanted it, or the one after it
     */
    boolean reaches(ShutdownRegistry.State wanted, KernelClock clock, Duration atMost) throws InterruptedException {
        long giveUp = Deadlines.after(clock, atMost);
        while (registry.state().compareTo(wanted) < 0 && clock.nanoTime() - giveUp < 0) {
            clock.park(Math.min(giveUp, Deadlines.after(clock, PAUSE)));
        }
        return registry.state().compareTo(wanted) >= 0;
    }
}
