package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.opentest4j.TestAbortedException;

/** The time of this machine. */
final class RealTime implements TckTime {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);

    private final KernelClock clock = KernelClock.system();
    private final long start = clock.nanoTime();
    private final double factor;

    RealTime(double factor) {
        this.factor = factor;
    }

    private Duration scaled(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }

    @Override
    public KernelClock clock() {
        return clock;
    }

    @Override
    public ThreadFactory threads() {
        return task -> {
            Thread thread = new Thread(task, "kernel-tck");
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public Duration now() {
        return Duration.ofNanos(clock.nanoTime() - start);
    }

    @Override
    public Duration ticks(long count) {
        return scaled(TICK.multipliedBy(count));
    }

    @Override
    public LeaseTiming leaseTiming() {
        return LeaseTiming.ofLease(scaled(LEASE));
    }

    @Override
    public void pass(Duration by) {
        parkUntil(clock.nanoTime() + by.toNanos());
    }

    @Override
    public void until(String what, Duration atMost, BooleanSupplier condition) {
        Duration patience = scaled(atMost.compareTo(PATIENCE) < 0 ? PATIENCE : atMost.multipliedBy(2));
        long end = clock.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - end >= 0) {
                throw new AssertionError(what + ": not so within " + patience + " of real time");
            }
            parkUntil(clock.nanoTime() + POLL.toNanos());
        }
    }

    private void parkUntil(long nanos) {
        try {
            while (clock.nanoTime() - nanos < 0) {
                clock.park(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted while it let time pass", e);
        }
    }

    @Override
    public <T> CompletableFuture<T> start(Callable<T> call) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        threads().newThread(() -> Outcomes.complete(outcome, call)).start();
        return outcome;
    }

    @Override
    public void stall(Duration by) {
        throw virtualOnly();
    }

    @Override
    public void suspend(Duration by) {
        throw virtualOnly();
    }

    @Override
    public void jumpWall(Duration by) {
        throw virtualOnly();
    }

    private static TestAbortedException virtualOnly() {
        return new TestAbortedException(
                Capability.TIME_CONTROL + " is not declared: real time cannot be moved by a test");
    }
}
