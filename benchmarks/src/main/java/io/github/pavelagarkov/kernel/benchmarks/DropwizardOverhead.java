package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the bundle costs a Dropwizard service: requests a second, and time to start with Redis there, away, and frozen. */
final class DropwizardOverhead {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile(PingService.STARTED);
    private static final String FILE = """
            server:
              applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              requestLog: {appenders: []}
            logging: {level: WARN}
            """;

    /**
     * How much is measured.
     *
     * @param connections that requests are sent over, one at a time over each
     * @param warmUpNanos of each service
     * @param rounds of one slice each
     * @param sliceNanos of one slice
     * @param starts of each kind
     */
    record Size(int connections, long warmUpNanos, int rounds, long sliceNanos, int starts) {
        static final Size FULL = new Size(4, 15_000_000_000L, 30, 1_000_000_000L, 9);
    }

    /** One side of the comparison. */
    private record Service(JavaProcess process, PingLoad load, List<Double> perSecond, List<Double> cpuMicros)
            implements AutoCloseable {
        void slice(long nanos) throws Exception {
            long cpu = cpuNanos();
            long start = System.nanoTime();
            long requests = load.run(nanos);
            perSecond.add(requests * 1e9 / (System.nanoTime() - start));
            cpuMicros.add((cpuNanos() - cpu) / 1e3 / requests);
        }

        private long cpuNanos() {
            return ProcessHandle.of(process.pid())
                    .flatMap(handle -> handle.info().totalCpuDuration())
                    .orElseThrow()
                    .toNanos();
        }

        @Override
        public void close() throws IOException {
            load.close();
            process.close();
        }
    }

    /** What one start took, by the clock, as CPU of all threads, and as work and waiting of the thread that starts. */
    private record Start(double millis, double cpuMillis, double ownMillis) {}

    private DropwizardOverhead() {}

    static void run() throws Exception {
        Path file = Files.createTempFile("ping", ".yml");
        try (RedisProcess redis = RedisProcess.start()) {
            Files.writeString(file, FILE);
            requests(Size.FULL, file, redis);
            starts(Size.FULL, file, redis);
        } finally {
            Files.delete(file);
        }
    }

    private static JavaProcess start(Path file, String side, RedisProcess redis) {
        return JavaProcess.of(PingService.class)
                .jvmArgs("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
                .systemProperty("kernel.application", "ping")
                .systemProperty("kernel.redis.uri", redis.uri().toString())
                .systemProperty("kernel.leader.names", "billing")
                .args(side, "server", file.toString())
                .start();
    }

    private static Matcher started(JavaProcess process) {
        Matcher line =
                STARTED.matcher(process.awaitLine(PingService.STARTED, PATIENCE).text());
        if (!line.find()) {
            throw new IllegalStateException("not started: " + line);
        }
        return line;
    }

    private static Service service(Size size, Path file, String side, RedisProcess redis) throws IOException {
        JavaProcess process = start(file, side, redis);
        PingLoad load = new PingLoad(Integer.parseInt(started(process).group(1)), size.connections);
        return new Service(process, load, new ArrayList<>(), new ArrayList<>());
    }

    private static void requests(Size size, Path file, RedisProcess redis) throws Exception {
        Random random = new Random(42);
        List<Double> ratios = new ArrayList<>();
        try (Service bare = service(size, file, "bare", redis);
                Service bundle = service(size, file, "bundle", redis)) {
            for (Service each : List.of(bare, bundle, bare, bundle)) {
                long unused = each.load().run(size.warmUpNanos / 2);
            }
            for (int round = 0; round < size.rounds; round++) {
                List<Service> order = new ArrayList<>(List.of(bare, bundle));
                Collections.shuffle(order, random);
                for (Service each : order) {
                    each.slice(size.sliceNanos);
                }
                ratios.add(bundle.perSecond().get(round) / bare.perSecond().get(round));
            }
            System.out.printf(
                    Locale.ROOT,
                    "requests/s over %d connections, median of %d slices: bare %.0f, bundle %.0f; ratio of neighbours,"
                            + " median %.3f, quartiles %.3f to %.3f (target >= 0.97)%n",
                    size.connections,
                    size.rounds,
                    at(bare.perSecond(), 0.5),
                    at(bundle.perSecond(), 0.5),
                    at(ratios, 0.5),
                    at(ratios, 0.25),
                    at(ratios, 0.75));
            System.out.printf(
                    Locale.ROOT,
                    "CPU of the service for each request, median: bare %.1f us, bundle %.1f us%n",
                    at(bare.cpuMicros(), 0.5),
                    at(bundle.cpuMicros(), 0.5));
        }
    }

    private static void starts(Size size, Path file, RedisProcess redis) {
        Map<String, List<Start>> all = new LinkedHashMap<>();
        for (int round = -1; round < size.starts; round++) {
            Map<String, Start> of = new LinkedHashMap<>();
            of.put("bare", once(file, "bare", redis));
            of.put("bundle, Redis up", once(file, "bundle", redis));
            redis.pause();
            of.put("bundle, Redis frozen", once(file, "bundle", redis));
            redis.kill();
            of.put("bundle, Redis down", once(file, "bundle", redis));
            redis.restart();
            if (round >= 0) {
                // The first round reads class files from disk.
                of.forEach((kind, start) ->
                        all.computeIfAbsent(kind, name -> new ArrayList<>()).add(start));
            }
        }
        List<Start> bare = all.values().iterator().next();
        all.forEach((kind, starts) -> System.out.printf(
                Locale.ROOT,
                "start %-22s p50 of %d: %5.0f ms (%+.0f); CPU %5.0f ms (%+.0f); work and waiting of the thread that starts"
                        + " %5.0f ms (%+.0f, target <= +300)%n",
                kind,
                starts.size(),
                median(starts, Start::millis),
                median(starts, Start::millis) - median(bare, Start::millis),
                median(starts, Start::cpuMillis),
                median(starts, Start::cpuMillis) - median(bare, Start::cpuMillis),
                median(starts, Start::ownMillis),
                median(starts, Start::ownMillis) - median(bare, Start::ownMillis)));
    }

    private static Start once(Path file, String side, RedisProcess redis) {
        try (JavaProcess process = start(file, side, redis)) {
            Matcher line = started(process);
            return new Start(
                    Long.parseLong(line.group(2)), Long.parseLong(line.group(3)), Long.parseLong(line.group(4)));
        }
    }

    private static double median(List<Start> starts, Function<Start, Double> of) {
        return at(starts.stream().map(of).toList(), 0.5);
    }

    private static double at(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share)));
    }
}
