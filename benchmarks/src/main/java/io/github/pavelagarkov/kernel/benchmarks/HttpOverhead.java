package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the filters around requests cost: requests a second and bytes allocated, without and with access lines. */
final class HttpOverhead {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile(PingService.STARTED);
    private static final int CONNECTIONS = 4;
    private static final long WARM_UP_NANOS = 15_000_000_000L;
    private static final long SLICE_NANOS = 1_000_000_000L;
    private static final int ROUNDS = 30;

    /** The lines go where they cost least: what is measured is making them. */
    private static final String FILE = """
            server:
              # Longer than the others' slices: connections are kept.
              applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1, idleTimeout: 10 minutes}]
              adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              requestLog: {appenders: []}
            logging:
              level: WARN
              loggers:
                kernel.http:
                  level: INFO
                  additive: false
                  appenders: [{type: file, currentLogFilename: /dev/null, archive: false}]
            """;

    /** One service and what it did in each round. */
    private record Side(
            String name, JavaProcess process, int port, PingLoad load, List<Double> perSecond, List<Double> bytes)
            implements AutoCloseable {
        void slice() throws Exception {
            long allocated = allocated(port);
            long start = System.nanoTime();
            long requests = load.run(SLICE_NANOS);
            perSecond.add(requests * 1e9 / (System.nanoTime() - start));
            bytes.add((allocated(port) - allocated) / (double) requests);
        }

        @Override
        public void close() throws IOException {
            load.close();
            process.close();
        }
    }

    private HttpOverhead() {}

    static void run() throws Exception {
        Path file = Files.createTempFile("ping", ".yml");
        Files.writeString(file, FILE);
        try (Side bare = side("bare", file, "bare", "never");
                Side filters = side("filters", file, "bundle", "never");
                Side lines = side("filters and lines", file, "bundle", "always")) {
            List<Side> sides = List.of(bare, filters, lines);
            for (Side each : sides) {
                long unused = each.load().run(WARM_UP_NANOS);
            }
            Random random = new Random(42);
            for (int round = 0; round < ROUNDS; round++) {
                List<Side> order = new ArrayList<>(sides);
                Collections.shuffle(order, random);
                for (Side each : order) {
                    each.slice();
                }
            }
            sides.forEach(side -> say(side, bare));
        } finally {
            Files.delete(file);
        }
    }

    private static void say(Side side, Side bare) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ratios.add(side.perSecond().get(round) / bare.perSecond().get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "%-18s %6.0f requests/s; ratio to bare in the same round, median %.3f, quartiles %.3f to %.3f (target of"
                        + " filters >= 0.97); %5.0f bytes a request (%+.0f)%n",
                side.name(),
                at(side.perSecond(), 0.5),
                at(ratios, 0.5),
                at(ratios, 0.25),
                at(ratios, 0.75),
                at(side.bytes(), 0.5),
                at(side.bytes(), 0.5) - at(bare.bytes(), 0.5));
    }

    private static Side side(String name, Path file, String service, String accessLog) throws IOException {
        JavaProcess process = JavaProcess.of(PingService.class)
                .jvmArgs("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
                .systemProperty("kernel.leader.store", "memory")
                .systemProperty("kernel.leader.names", "billing")
                .systemProperty("kernel.http.access-log", accessLog)
                .args(service, "server", file.toString())
                .start();
        Matcher line =
                STARTED.matcher(process.awaitLine(PingService.STARTED, PATIENCE).text());
        if (!line.find()) {
            throw new IllegalStateException("not started: " + line);
        }
        int port = Integer.parseInt(line.group(1));
        return new Side(name, process, port, new PingLoad(port, CONNECTIONS), new ArrayList<>(), new ArrayList<>());
    }

    private static long allocated(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/allocated");
        String sum = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return Long.parseLong(sum);
    }

    private static double at(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share)));
    }
}
