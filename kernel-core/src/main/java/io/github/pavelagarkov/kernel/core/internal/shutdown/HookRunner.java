package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the hooks of a queue within a budget.
 *
 * <p>Not thread-safe: one thread at a time drives it, and hands it on through the registry's lock. It needs no timer: who
 * drives it waits for the next end of a hook or the next point of the budget.
 *
 * <p>INVARIANT: all steps together take no longer than the budget and one grace. Hooks end at the start of the reserve; the
 * waiting for the priorities that are started in the reserve adds up to half of it; then their hooks end with it.
 */
final class HookRunner {
    static final long GRACE = Duration.ofMillis(200).toNanos();

    /**
     * The last part of the budget.
     *
     * @param slice how long to wait for each priority
     * @param waitEnd the point after which nothing is waited for before everything is started
     * @param end the point at which every hook is interrupted
     */
    private record Reserve(long slice, long waitEnd, long end) {}

    private final KernelClock clock;
    private final Budget budget;
    private final HookQueue queue;
    private final boolean parallel;
    private final Events events;
    private final HookLauncher launcher;
    private final ClockGate gate;
    private final Queue<Hook> ended = new ConcurrentLinkedQueue<>();
    private String reason = "";
    private @Nullable Reserve reserve;
    private boolean interrupted;

    HookRunner(
            KernelClock clock, KernelThreads threads, Budget budget, HookQueue queue, boolean parallel, Events events) {
        this.clock = clock;
        this.budget = budget;
        this.queue = queue;
        this.parallel = parallel;
        this.events = events;
        this.gate = new ClockGate(clock);
        this.launcher = new HookLauncher(threads, hook -> {
            ended.add(hook);
            gate.signalAll();
        });
    }

    boolean isInsideHook() {
        return launcher.isInside();
    }

    /** Makes who drives look for new hooks. */
    void wake() {
        gate.signalAll();
    }

    void begin(String why) {
        reason = why;
    }

    /** Waits until a point of the budget; an interrupt ends that and is kept. */
    void drain(long untilPoint) {
        while (!interrupted && budget.elapsed() < untilPoint) {
            park(untilPoint - budget.elapsed());
        }
        keepInterrupt();
    }

    /** Runs every hook below a priority. */
    void runBelow(int bound) {
        runBatches(bound);
        keepInterrupt();
    }

    /** Runs every hook that is left, and takes no more. */
    void finish() {
        do {
            runBatches(Integer.MAX_VALUE);
            awaitRunning();
        } while (!queue.closeIfIdle());
        keepInterrupt();
    }

    private void keepInterrupt() {
        if (interrupted) {
            Thread.currentThread().interrupt();
            interrupted = false;
        }
    }

    private void runBatches(int bound) {
        enterReserveIfDue();
        List<Hook> batch = queue.next(bound, parallel || reserve != null);
        while (!batch.isEmpty()) {
            for (Hook hook : batch) {
                hook.start(reason, reserve == null ? budget.reserveStart() : reserve.end());
                launcher.launch(hook);
            }
            await(batch);
            enterReserveIfDue();
            batch = queue.next(bound, parallel || reserve != null);
        }
    }

    private void await(List<Hook> batch) {
        Reserve last = reserve;
        long until = last == null ? budget.reserveStart() : Math.min(budget.elapsed() + last.slice(), last.waitEnd());
        while (true) {
            long next = watch();
            boolean nowInReserve = last == null && reserve != null;
            if (nowInReserve || batch.stream().noneMatch(queue::isRunning)) {
                return;
            }
            long left = until - budget.elapsed();
            if (left <= 0) {
                return;
            }
            park(Math.min(next, left));
        }
    }

    private void awaitRunning() {
        while (true) {
            long next = watch();
            if (queue.hasWaiting() || queue.running().isEmpty()) {
                return;
            }
            parkUnless(queue::hasWaiting, next);
        }
    }

    /**
     * Takes in what has ended, interrupts what has had its time, gives up on what does not care.
     *
     * @return nanoseconds until there is something to do again
     */
    private long watch() {
        for (Hook hook = ended.poll(); hook != null; hook = ended.poll()) {
            settle(hook, hook.result());
        }
        enterReserveIfDue();
        long next = reserve == null ? budget.reserveStart() - budget.elapsed() : Long.MAX_VALUE;
        for (Hook hook : queue.running()) {
            if (!hook.isInterrupted() && hook.left() <= 0) {
                hook.interrupt();
            }
            long left = hook.isInterrupted() ? hook.interruptedAt() + GRACE - clock.nanoTime() : hook.left();
            if (hook.isInterrupted() && left <= 0) {
                hook.giveUp().ifPresent(result -> settle(hook, result));
            } else {
                next = Math.min(next, left);
            }
        }
        return next;
    }

    private void settle(Hook hook, HookResult result) {
        queue.settle(hook, result);
        events.publish(() -> new ShutdownEvent.HookFinished(result));
    }

    private void enterReserveIfDue() {
        long now = budget.elapsed();
        if (reserve == null && (interrupted || now >= budget.reserveStart())) {
            long slice = budget.reserve() / (2L * Math.max(1, queue.waitingPriorities()));
            long end = Math.min(budget.total(), now + budget.reserve());
            reserve = new Reserve(slice, now + budget.reserve() / 2, end);
            queue.running().forEach(Hook::interrupt);
        }
        if (reserve != null && now >= reserve.end()) {
            // Hooks that register hooks could go on for ever.
            queue.close();
        }
    }

    private void park(long nanos) {
        parkUnless(() -> false, nanos);
    }

    private void parkUnless(BooleanSupplier more, long nanos) {
        long until = clock.nanoTime() + Math.min(nanos, Deadlines.never(0));
        try {
            gate.await(() -> !ended.isEmpty() || more.getAsBoolean(), until);
        } catch (InterruptedException e) {
            // Whoever interrupts a shutdown wants it over: on to the reserve. The flag is put back at the end of the
            // step.
            interrupted = true;
        }
    }
}
