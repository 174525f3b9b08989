package io.github.pavelagarkov.kernel.browser;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A service with something of everything on its page, and a peer that leads what it does not. */
final class Shop implements AutoCloseable {
    /** What it is configured with, wherever it runs. */
    static final Map<String, String> SETTINGS = Map.of(
            "kernel.application", "shop",
            "kernel.identity", "shop-7d9f8c-x2k4q",
            "kernel.leader.defaults.lease", "3s",
            "kernel.postgres.names", "orders",
            "kernel.postgres.url", "jdbc:postgresql://127.0.0.1:1/orders",
            "kernel.postgres.password", "canary-7f3a",
            "kernel.leader.store", "memory",
            "kernel.shutdown.drain-delay", "0s",
            "kernel.jobs.names", "send-newsletter",
            "kernel.jobs.send-newsletter.enabled", "false");

    private final LeaseStore leases = new InMemoryLeaseStore(KernelClock.system());
    private final Kernel peer;

    Shop() {
        peer = Kernel.builder()
                .config(KernelConfig.of(Map.of(
                        "kernel.application", "shop",
                        "kernel.identity", "shop-7d9f8c-b8m2w",
                        "kernel.leader.defaults.lease", "3s")))
                .leaseStore(leases)
                .election("reports")
                .election("billing")
                .build();
    }

    /** Begins to lead what the shop will then follow. */
    Shop start() {
        peer.start();
        return this;
    }

    Kernel peer() {
        return peer;
    }

    static Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** Adds what the shop does. */
    KernelBuilder furnish(KernelBuilder builder) {
        AtomicInteger runs = new AtomicInteger();
        return builder.leaseStore(leases)
                .leaderJob("billing", job("settle-invoices", Duration.ofMillis(400), 9))
                .leaderJob("reports", job("build-reports", Duration.ofSeconds(1), 5))
                .job(job("refresh-prices", Duration.ofMillis(300), 14))
                .job(JobSpec.named("import-feed")
                        .every(Duration.ofMillis(700))
                        .deadline(Duration.ofSeconds(5))
                        .task(run -> {
                            pause(runs.incrementAndGet() % 5);
                            if (runs.get() % 3 == 0 || runs.get() > 8) {
                                throw new java.io.IOException("canary-7f3a");
                            }
                        })
                        .build())
                .job(JobSpec.named("close-the-day")
                        .cron("30 23 * * MON-FRI", ZoneId.of("Europe/Berlin"))
                        .deadline(Duration.ofMinutes(10))
                        .task(run -> {})
                        .build())
                .job(JobSpec.named("reindex").manual().task(run -> {}).build())
                .job(job("send-newsletter", Duration.ofMinutes(1), 1))
                .hook(HookSpec.of("order-intake", ShutdownRegistry.HIGHEST, context -> {}))
                .hook(HookSpec.of("search-index", ShutdownRegistry.MEDIUM, context -> pause(4_000)));
    }

    private static JobSpec job(String name, Duration period, int most) {
        AtomicInteger runs = new AtomicInteger();
        return JobSpec.named(name)
                .every(period)
                .task(run -> pause((runs.incrementAndGet() * 7) % most))
                .build();
    }

    private static void pause(int millis) throws InterruptedException {
        KernelClock clock = KernelClock.system();
        clock.park(clock.nanoTime() + Duration.ofMillis(millis).toNanos());
    }

    @Override
    public void close() {
        peer.close();
        leases.close();
    }
}
