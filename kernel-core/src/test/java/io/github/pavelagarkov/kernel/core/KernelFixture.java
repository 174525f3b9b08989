package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A kernel in virtual time, over a store in memory that can fall silent. */
final class KernelFixture {
    final TestClock clock = new TestClock();
    final CutOffStore store = new CutOffStore(clock);
    final List<String> log = new CopyOnWriteArrayList<>();

    KernelBuilder builder(String... settings) {
        return bare(settings).leaseStore(store);
    }

    /** Without a store. */
    KernelBuilder bare(String... settings) {
        return Kernel.builder().config(config(settings)).clock(clock).threads(clock.threads());
    }

    static KernelConfig config(String... settings) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return KernelConfig.of(values);
    }

    HookSpec logs(String name, int priority) {
        return HookSpec.of(name, priority, context -> log.add(name));
    }

    /** Leader-only work that says what it is told. */
    Subsystem work(String name) {
        return new Subsystem() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void start(LeaderScope scope) {
                log.add(name + " started");
            }

            @Override
            public void stop(DemotionReason reason, Duration atMost) {
                log.add(name + " stopped " + reason);
            }
        };
    }

    /** Leader-only work that cannot be stopped until virtual time is over. */
    Subsystem stubborn() {
        return new Subsystem() {
            @Override
            public String name() {
                return "stubborn";
            }

            @Override
            public void start(LeaderScope scope) {
                log.add("stubborn started");
            }

            @Override
            public void stop(DemotionReason reason, Duration atMost) {
                hang();
            }
        };
    }

    void hang() {
        while (true) {
            try {
                clock.park(clock.nanoTime() + Duration.ofHours(1).toNanos());
            } catch (InterruptedException e) {
                log.add("ignored an interrupt");
            }
        }
    }

    /** Stops a kernel while virtual time goes on. */
    ShutdownReport stop(Kernel kernel) {
        spawn(() -> kernel.stop("test"));
        clock.advance(Duration.ofMinutes(1));
        return kernel.shutdown().report().orElseThrow();
    }

    Thread spawn(Runnable work) {
        Thread thread = clock.threads().newThread(work);
        thread.start();
        return thread;
    }

    static List<String> names(ShutdownReport report) {
        return report.hooks().stream().map(HookResult::name).toList();
    }
}
