package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A service that leads, runs a job, has probes and a page, and ends. Says what it does on its standard output. */
final class BareMain {
    /** A class of each library that a service can do without. */
    private static final List<String> OPTIONAL = List.of(
            "io.opentelemetry.api.OpenTelemetry",
            "com.codahale.metrics.MetricRegistry",
            "org.redisson.Redisson",
            "io.netty.channel.EventLoopGroup",
            "org.postgresql.Driver",
            "com.clickhouse.jdbc.ClickHouseDriver",
            "com.zaxxer.hikari.HikariDataSource",
            "jakarta.ws.rs.core.Feature",
            "jakarta.servlet.Filter",
            "com.cronutils.model.Cron",
            "io.grpc.BindableService");

    private BareMain() {}

    public static void main(String[] args) throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        Kernel kernel = Kernel.builder()
                .config(KernelConfig.of(Map.of("kernel.dashboard.port", "0", "kernel.probes.port", "0")))
                .leaseStore(new InMemoryLeaseStore(KernelClock.system()))
                .leaderJob(
                        "billing",
                        JobSpec.named("settle")
                                .every(Duration.ofMillis(50))
                                .task(run -> settle(run, ran))
                                .build())
                .build();
        ShutdownReport report = kernel.run(started -> {
            ran.await();
            say("has " + present());
            say("jobs " + started.dashboard().orElseThrow().status().jobs().size());
            started.stop("done");
        });
        say("clean " + report.clean());
    }

    private static void settle(JobContext run, CountDownLatch ran) {
        if (ran.getCount() > 0) {
            say("ran in a term " + run.term().isPresent());
            ran.countDown();
        }
    }

    private static List<String> present() {
        return OPTIONAL.stream().filter(BareMain::isPresent).toList();
    }

    /** Without loading it: the test looks at what is loaded. */
    private static boolean isPresent(String type) {
        return ClassLoader.getSystemResource(type.replace('.', '/') + ".class") != null;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
