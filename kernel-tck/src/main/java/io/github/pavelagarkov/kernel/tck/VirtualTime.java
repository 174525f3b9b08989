package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/** Time that passes when the test says so. */
final class VirtualTime implements TckTime {
    private static final Duration SHORTEST_STEP = Duration.ofMillis(1);
    private static final Duration LONGEST_STEP = Duration.ofMillis(50);

    private final TestClock clock = new TestClock();
    private final long start = clock.nanoTime();

    @Override
    public KernelClock clock() {
        return clock;
    }

    @Override
    public ThreadFactory threads() {
        return clock.threads();
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Duration now() {
        return Duration.ofNanos(clock.nanoTime() - start);
    }

    @Override
    public Duration ticks(long count) {
        return Duration.ofSeconds(count);
    }

    @Override
    public LeaseTiming leaseTiming() {
        return LeaseTiming.defaults();
    }

    @Override
    public void pass(Duration by) {
        clock.advance(by);
    }

    @Override
    public void until(String what, Duration atMost, BooleanSupplier condition) {
        if (!clock.advanceUntil(condition, clamp(atMost.dividedBy(500)), atMost)) {
            throw new AssertionError(what + ": not so within " + atMost + " of virtual time");
        }
    }

    private static Duration clamp(Duration step) {
        if (step.compareTo(SHORTEST_STEP) < 0) {
            return SHORTEST_STEP;
        }
        return step.compareTo(LONGEST_STEP) > 0 ? LONGEST_STEP : step;
    }

    @Override
    public <T> CompletableFuture<T> start(Callable<T> call) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        clock.threads().newThread(() -> Outcomes.complete(outcome, call)).start();
        clock.settle();
        return outcome;
    }

    @Override
    public void stall(Duration by) {
        clock.stall(by);
    }

    @Override
    public void suspend(Duration by) {
        clock.suspend(by);
    }

    @Override
    public void jumpWall(Duration by) {
        clock.jumpWall(by);
    }
}
