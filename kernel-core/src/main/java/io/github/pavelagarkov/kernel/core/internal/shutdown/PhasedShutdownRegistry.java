package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs hooks priority by priority, each on a thread of its own, on the thread of whoever calls a step.
 *
 * <p>One thread at a time drives; others wait for it. Thread-safe.
 */
public final class PhasedShutdownRegistry implements ShutdownRegistry {
    private final ShutdownSpec spec;
    private final BooleanSupplier serves;
    private final ReadinessBarrier barrier;
    private final KernelClock clock;
    private final Events events;
    private final Budget budget;
    private final HookQueue queue;
    private final HookRunner runner;
    private final ClockGate driverLeft;

    private final Object lock = new Object();
    /** INVARIANT: written with the lock held, as all below; read without. */
    private volatile State state = State.RUNNING;

    private volatile @Nullable Thread driver;
    private volatile @Nullable ShutdownReport report;
    private volatile String reason = "";
    private volatile Duration drained = Duration.ZERO;

    private PhasedShutdownRegistry(
            ShutdownSpec spec,
            ReadinessBarrier barrier,
            KernelClock clock,
            KernelThreads threads,
            Events events,
            BooleanSupplier serves) {
        this.spec = spec;
        this.serves = serves;
        this.barrier = barrier;
        this.clock = clock;
        this.events = events;
        this.budget = new Budget(clock, spec.budget());
        this.queue = new HookQueue(spec, clock, budget);
        boolean parallel = spec.samePriority() == ShutdownSpec.SamePriority.PARALLEL;
        this.runner = new HookRunner(clock, threads, budget, queue, parallel, events);
        this.driverLeft = new ClockGate(clock);
    }

    /**
     * {@return a registry without hooks}
     *
     * @param spec the budget and its parts
     * @param barrier goes down first
     * @param clock counts the budget
     * @param threads makes the hooks' threads
     * @param events told of start, hooks and end
     */
    public static PhasedShutdownRegistry create(
            ShutdownSpec spec, ReadinessBarrier barrier, KernelClock clock, KernelThreads threads, Events events) {
        return create(spec, barrier, clock, threads, events, () -> true);
    }

    /**
     * {@return a registry without hooks, which drains only what has been served}
     *
     * @param spec the budget and its parts
     * @param barrier goes down first
     * @param clock counts the budget
     * @param threads makes the hooks' threads
     * @param events told of start, hooks and end
     * @param serves asked when the shutdown begins: whether anybody may have been sent here. Who has never been ready has
     *     nothing to drain.
     */
    public static PhasedShutdownRegistry create(
            ShutdownSpec spec,
            ReadinessBarrier barrier,
            KernelClock clock,
            KernelThreads threads,
            Events events,
            BooleanSupplier serves) {
        return new PhasedShutdownRegistry(spec, barrier, clock, threads, events, serves);
    }

    @Override
    public Registration register(String name, int priority, ShutdownAction action) {
        return register(HookSpec.of(name, priority, action));
    }

    @Override
    public Registration register(HookSpec hook) {
        Hook added = queue.add(Check.notNull("hook", hook));
        runner.wake();
        return () -> queue.remove(added);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public ShutdownPlan plan() {
        return new ShutdownPlan(queue.plan(), spec);
    }

    @Override
    public void begin(String why) {
        Check.notNull("shutdown reason", why);
        synchronized (lock) {
            if (state != State.RUNNING) {
                return;
            }
            reason = why;
            state = State.DRAINING;
            driver = Thread.currentThread();
            budget.resume();
        }
        try {
            runner.begin(why);
            events.publish(() -> new ShutdownEvent.Started(why, plan()));
            beginBarrier(why);
            // Not into the reserve: that time belongs to the hooks.
            long delay = serves.getAsBoolean() ? Deadlines.nanos(spec.drainDelay()) : 0;
            runner.drain(Math.min(delay, budget.reserveStart()));
        } finally {
            drained = Duration.ofNanos(budget.elapsed());
            leave(State.STOPPING);
        }
    }

    private void beginBarrier(String why) {
        long before = clock.nanoTime();
        try {
            barrier.beginShutdown(why);
        } catch (Throwable e) {
            // A broken barrier must not keep the hooks from running; the report says so in its place.
            Duration took = Duration.ofNanos(clock.nanoTime() - before);
            HookResult failed =
                    new HookResult("readiness", IMMEDIATE, HookOutcome.FAILED, took, Optional.of(e), List.of());
            queue.note(failed);
            events.publish(() -> new ShutdownEvent.HookFinished(failed));
        }
    }

    @Override
    public void runBelow(int priority) {
        requireBegun();
        if (isInside() || !enter()) {
            return;
        }
        try {
            runner.runBelow(priority);
        } finally {
            leave(State.STOPPING);
        }
    }

    @Override
    public ShutdownReport finish() {
        requireBegun();
        if (isInside()) {
            return latest();
        }
        if (enter()) {
            try {
                runner.finish();
            } finally {
                end();
            }
        }
        return latest();
    }

    @Override
    public ShutdownReport shutdown(String why) {
        begin(why);
        return finish();
    }

    private void requireBegun() {
        if (state == State.RUNNING) {
            throw new IllegalStateException("the shutdown is RUNNING: call begin(reason) first");
        }
    }

    /** Whether the calling thread is one that a step waits for: if it waited for the step, both would. */
    private boolean isInside() {
        return driver == Thread.currentThread() || runner.isInsideHook();
    }

    /** Becomes the driver; false if the shutdown is over. */
    private boolean enter() {
        boolean interrupted = false;
        try {
            while (true) {
                synchronized (lock) {
                    if (report != null) {
                        return false;
                    }
                    if (driver == null) {
                        driver = Thread.currentThread();
                        budget.resume();
                        return true;
                    }
                }
                try {
                    driverLeft.await(() -> driver == null, Deadlines.never(clock.nanoTime()));
                } catch (InterruptedException e) {
                    // The other thread's steps are bounded; the flag is put back and counts if this thread drives then.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void leave(State next) {
        synchronized (lock) {
            budget.pause();
            state = next;
            driver = null;
        }
        driverLeft.signalAll();
    }

    private void end() {
        queue.close();
        budget.pause();
        ShutdownReport over = snapshot(true);
        synchronized (lock) {
            report = over;
            state = State.STOPPED;
        }
        events.publish(() -> new ShutdownEvent.Finished(over));
        leave(State.STOPPED);
    }

    private ShutdownReport latest() {
        ShutdownReport over = report;
        return over != null ? over : snapshot(false);
    }

    private ShutdownReport snapshot(boolean completed) {
        return new ShutdownReport(reason, Duration.ofNanos(budget.elapsed()), drained, queue.results(), completed);
    }

    /**
     * Waits, however long it takes, until somebody has shut everything down.
     *
     * @return what happened
     * @throws InterruptedException if the calling thread is interrupted
     */
    public ShutdownReport awaitFinished() throws InterruptedException {
        while (report == null) {
            driverLeft.await(() -> report != null, Deadlines.never(clock.nanoTime()));
        }
        return latest();
    }

    @Override
    public Optional<ShutdownReport> report() {
        return Optional.ofNullable(report);
    }

    @Override
    public Duration remaining() {
        return report != null ? Duration.ZERO : budget.remaining();
    }
}
