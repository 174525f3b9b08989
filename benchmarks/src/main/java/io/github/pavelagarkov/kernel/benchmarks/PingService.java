package io.github.pavelagarkov.kernel.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.dropwizard.KernelBundle;
import io.github.pavelagarkov.kernel.dropwizard.KernelFactory;
import io.github.pavelagarkov.kernel.job.Job;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A Dropwizard service that answers {@code GET /ping}, with the bundle or without. Arguments: {@code bundle} or {@code bare},
 * then Dropwizard's. Says its port, and what its start took, in one line.
 */
final class PingService extends Application<PingService.Settings> {
    static final String STARTED = "ping-service port ([0-9]+) uptime ([0-9]+) ms cpu ([0-9]+) ms thread ([0-9]+) ms";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Optional<KernelBundle<Settings>> bundle;

    private PingService(Optional<KernelBundle<Settings>> bundle) {
        this.bundle = bundle;
    }

    public static void main(String[] args) throws Exception {
        THREADS.setThreadContentionMonitoringEnabled(true);
        Optional<KernelBundle<Settings>> bundle = args[0].equals("bundle")
                ? Optional.of(KernelBundle.builder(Settings::kernel).build())
                : Optional.empty();
        new PingService(bundle).run(args[1], args[2]);
    }

    /** With a block that is left alone without the bundle. */
    static final class Settings extends Configuration {
        @JsonProperty
        private KernelFactory kernel = new KernelFactory();

        KernelFactory kernel() {
            return kernel;
        }
    }

    /** The resource. */
    @Path("/ping")
    public static final class Ping {
        /** {@return the answer} */
        @GET
        public String ping() {
            return "pong";
        }
    }

    /** What the threads that are alive have allocated so far. */
    @Path("/allocated")
    public static final class Allocated {
        /** {@return bytes, of all threads that have not ended} */
        @GET
        public String allocated() {
            long sum = 0;
            if (THREADS instanceof com.sun.management.ThreadMXBean threads) {
                for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
                    sum += Math.max(0, bytes);
                }
            }
            return Long.toString(sum);
        }
    }

    /** What a service with the bundle has going on beside its requests. */
    public static final class Work {
        /** Everywhere. */
        @Job(every = "100ms")
        public void refresh() {}

        /** On the leader. */
        @Job(every = "100ms", leader = "billing")
        public void settle() {}
    }

    @Override
    public void initialize(Bootstrap<Settings> bootstrap) {
        bundle.ifPresent(bootstrap::addBundle);
    }

    @Override
    public void run(Settings settings, Environment environment) {
        environment.jersey().register(new Ping());
        environment.jersey().register(new Allocated());
        bundle.ifPresent(with -> with.kernel().jobs().bind(new Work()));
        environment
                .lifecycle()
                .addServerLifecycleListener(
                        server -> say(((ServerConnector) server.getConnectors()[0]).getLocalPort()));
    }

    private static void say(int port) {
        long cpuNanos =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
        System.out.println("ping-service port " + port + " uptime "
                + ManagementFactory.getRuntimeMXBean().getUptime() + " ms cpu " + cpuNanos / 1_000_000 + " ms thread "
                + ownMillis() + " ms");
    }

    /** {@return for how long the thread that starts the service has worked or waited; not, as others had the CPU} */
    private static long ownMillis() {
        ThreadInfo own = THREADS.getThreadInfo(Thread.currentThread().getId());
        return THREADS.getCurrentThreadCpuTime() / 1_000_000 + own.getWaitedTime() + own.getBlockedTime();
    }
}
