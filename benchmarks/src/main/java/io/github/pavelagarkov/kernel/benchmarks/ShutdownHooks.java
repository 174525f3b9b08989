package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.internal.shutdown.PhasedShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec.SamePriority;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What many hooks that do nothing cost, each with a thread and a deadline of its own. */
final class ShutdownHooks {
    /**
     * How much is measured.
     *
     * @param hooks of one shutdown, all of one priority
     * @param warmUp shutdowns before the first that counts
     * @param rounds shutdowns that count, of each kind
     */
    record Size(int hooks, int warmUp, int rounds) {
        static final Size FULL = new Size(1_000, 50, 100);
    }

    /** What came out. */
    record Result(Samples sequential, Samples parallel, long ok, int mostAtOnceSequential) {}

    private ShutdownHooks() {}

    static void run() {
        Size size = Size.FULL;
        Result result = run(size);
        System.out.println(result.sequential);
        System.out.println(result.parallel);
        System.out.printf(
                Locale.ROOT,
                "%d hooks: sequential p50 %.1f, least %.1f ms (target <= 30), parallel p50 %.1f, least %.1f ms (target <= 10)%n",
                size.hooks,
                result.sequential.millis(0.5),
                result.sequential.millis(0),
                result.parallel.millis(0.5),
                result.parallel.millis(0));
    }

    static Result run(Size size) {
        Samples sequential = new Samples("sequential");
        Samples parallel = new Samples("parallel");
        AtomicInteger most = new AtomicInteger();
        long ok = 0;
        for (int round = -size.warmUp; round < size.rounds; round++) {
            ok += shutdown(SamePriority.SEQUENTIAL, size.hooks, round < 0 ? new Samples("") : sequential, most);
            ok += shutdown(
                    SamePriority.PARALLEL, size.hooks, round < 0 ? new Samples("") : parallel, new AtomicInteger());
        }
        return new Result(sequential, parallel, ok, most.get());
    }

    private static long shutdown(SamePriority order, int hooks, Samples took, AtomicInteger most) {
        ShutdownRegistry registry = registry(order);
        AtomicInteger now = new AtomicInteger();
        for (int i = 0; i < hooks; i++) {
            var unused = registry.register("hook-" + i, ShutdownRegistry.MEDIUM, context -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                now.decrementAndGet();
            });
        }
        long start = System.nanoTime();
        ShutdownReport report = registry.shutdown("benchmark");
        took.add(System.nanoTime() - start);
        return report.count(HookOutcome.OK);
    }

    private static ShutdownRegistry registry(SamePriority order) {
        KernelClock clock = KernelClock.system();
        KernelThreads threads = KernelThreads.system();
        return PhasedShutdownRegistry.create(
                ShutdownSpec.defaults().withSamePriority(order),
                SnapshotReadinessBarrier.create(clock, threads, Events.none()),
                clock,
                threads,
                Events.none());
    }
}
