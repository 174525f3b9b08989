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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the filters around requests cost: requests a second and bytes allocated, without and with access lines. */
final class HttpOverhead {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern STARTED = Pattern.compile(PingService.STARTED);
    private static final int CONNECTIONS = 4;
    private static final long WARM_UP_NANOS = 15_000_000_000L;
    private static final long SLICE_NANOS = 1_000_000_000L;
    /** JVMs of each side: what the compiler makes of the same code differs from one to the next by some percent. */
    private static final int FORKS = Integer.getInteger("bench.http.forks", 3);

    private static final int ROUNDS = Integer.getInteger("bench.http.rounds", 20);

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

    /** What a side is, and what its JVMs did in each round. */
    private record Side(String name, String service, String accessLog, List<Double> perSecond, List<Double> bytes) {
        Side(String name, String service, String accessLog) {
            this(name, service, accessLog, new ArrayList<>(), new ArrayList<>());
        }
    }

    /** One service that runs. */
    private record Running(Side side, JavaProcess process, int port, PingLoad load) implements AutoCloseable {
        void slice() throws Exception {
            long allocated = allocated(port);
            long start = System.nanoTime();
            long requests = load.run(SLICE_NANOS);
            side.perSecond().add(requests * 1e9 / (System.nanoTime() - start));
            side.bytes().add((allocated(port) - allocated) / (double) requests);
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
        List<Side> sides = List.of(
                new Side("bare", "bare", "never"),
                // The same once more: what a difference means.
                new Side("bare, again", "bare", "never"),
                new Side("filters", "bundle", "never"),
                new Side("filters and lines", "bundle", "always"));
        Random random = new Random(42);
        try {
            for (int fork = 0; fork < FORKS; fork++) {
                rounds(sides, file, random);
            }
            sides.forEach(side -> say(side, sides.get(0)));
        } finally {
            Files.delete(file);
        }
    }

    private static void rounds(List<Side> sides, Path file, Random random) throws Exception {
        List<Running> running = new ArrayList<>();
        try {
            for (Side side : sides) {
                running.add(start(side, file));
            }
            for (Running each : running) {
                long unused = each.load().run(WARM_UP_NANOS);
            }
            for (int round = 0; round < ROUNDS; round++) {
                List<Running> order = new ArrayList<>(running);
                Collections.shuffle(order, random);
                for (Running each : order) {
                    each.slice();
                }
            }
        } finally {
            for (Running each : running) {
                each.close();
            }
        }
    }

    private static void say(Side side, Side bare) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < FORKS * ROUNDS; round++) {
            ratios.add(side.perSecond().get(round) / bare.perSecond().get(round));
        }
        System.out.printf(
                Locale.ROOT,
                "%-18s %6.0f requests/s; ratio to bare in the same round, median %.3f (of each JVM %s), quartiles %.3f to"
                        + " %.3f (target of filters >= 0.97); %5.0f bytes a request (%+.0f)%n",
                side.name(),
                at(side.perSecond(), 0.5),
                at(ratios, 0.5),
                medians(ratios),
                at(ratios, 0.25),
                at(ratios, 0.75),
                at(side.bytes(), 0.5),
                at(side.bytes(), 0.5) - at(bare.bytes(), 0.5));
    }

    private static Running start(Side side, Path file) throws IOException {
        JavaProcess process = JavaProcess.of(PingService.class)
                .jvmArgs("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC")
                .systemProperty("kernel.leader.store", "memory")
                .systemProperty("kernel.leader.names", "billing")
                .systemProperty("kernel.http.access-log", side.accessLog())
                .args(side.service(), "server", file.toString())
                .start();
        Matcher line =
                STARTED.matcher(process.awaitLine(PingService.STARTED, PATIENCE).text());
        if (!line.find()) {
            throw new IllegalStateException("not started: " + line);
        }
        int port = Integer.parseInt(line.group(1));
        return new Running(side, process, port, new PingLoad(port, CONNECTIONS));
    }

    private static long allocated(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/allocated");
        String sum = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return Long.parseLong(sum);
    }

    private static String medians(List<Double> ratios) {
        return IntStream.range(0, FORKS)
                .mapToObj(fork -> ratios.subList(fork * ROUNDS, (fork + 1) * ROUNDS))
                .map(ofFork -> String.format(Locale.ROOT, "%.3f", at(ofFork, 0.5)))
                .collect(Collectors.joining(", "));
    }

    private static double at(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share)));
    }
}
