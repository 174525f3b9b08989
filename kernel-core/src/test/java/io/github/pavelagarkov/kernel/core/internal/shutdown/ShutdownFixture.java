package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.RecordedEvents;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry in virtual time, and hooks that behave in every way a hook can. */
final class ShutdownFixture {
    final TestClock clock = new TestClock();
    final KernelThreads threads = KernelThreads.of(clock.threads());
    final RecordedEvents events = new RecordedEvents();
    final ReadinessBarrier barrier = SnapshotReadinessBarrier.create(clock, threads, events);
    final List<String> log = new CopyOnWriteArrayList<>();
    final ShutdownRegistry registry;
    private final long start = clock.nanoTime();

    ShutdownFixture(ShutdownSpec spec) {
        registry = PhasedShutdownRegistry.create(spec, barrier, clock, threads, events);
    }

    ShutdownFixture() {
        this(ShutdownSpec.defaults());
    }

    Duration now() {
        return Duration.ofNanos(clock.nanoTime() - start);
    }

    /** Logs its name and the time. */
    ShutdownAction logs(String name) {
        return context -> log.add(name + "@" + now().toMillis());
    }

    /** Ends after a while, or at an interrupt. */
    ShutdownAction takes(Duration time) {
        return context -> sleep(time);
    }

    void sleep(Duration time) throws InterruptedException {
        long until = clock.nanoTime() + time.toNanos();
        while (clock.nanoTime() - until < 0) {
            clock.park(until);
        }
    }

    /** Never ends and ignores interrupts. */
    ShutdownAction hangs() {
        return context -> hangForever();
    }

    private void hangForever() {
        while (true) {
            try {
                clock.park(clock.nanoTime() + Duration.ofHours(1).toNanos());
            } catch (InterruptedException e) {
                log.add("ignored an interrupt@" + now().toMillis());
            }
        }
    }

    /** Starts something on a thread that virtual time waits for. */
    Thread spawn(Runnable work) {
        Thread thread = clock.threads().newThread(work);
        thread.start();
        return thread;
    }

    /** Runs all steps while virtual time goes on. */
    ShutdownReport shutdown() {
        spawn(() -> registry.shutdown("test"));
        clock.advance(Duration.ofMinutes(2));
        return registry.report().orElseThrow();
    }

    static HookResult result(ShutdownReport report, String hook) {
        return report.hooks().stream()
                .filter(result -> result.name().equals(hook))
                .findFirst()
                .orElseThrow();
    }
}
