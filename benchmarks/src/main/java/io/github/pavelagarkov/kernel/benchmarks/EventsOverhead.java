package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServer;
import io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What metrics cost: ticks of jobs in a whole kernel, and unary calls of gRPC, with and without them in turns of one run. The
 * SDK of OpenTelemetry is the real one; nobody reads it while it is measured.
 */
final class EventsOverhead {
    private static final long CALLS_NANOS = 1_000_000_000L;
    private static final long SEED = 20_261_129;

    /**
     * How much is measured.
     *
     * @param jobs with a period of 100 ms
     * @param rounds slices of each contender; one more comes first and is dropped
     * @param warmUp of each slice
     * @param window of each slice
     */
    record Size(int jobs, int rounds, Duration warmUp, Duration window) {
        static final Size FULL = new Size(
                1_000,
                Integer.getInteger("bench.events.rounds", 15),
                Duration.ofMillis(1_500),
                Duration.ofMillis(2_000));
    }

    /** One slice of one contender. */
    record Slice(long ticks, double cpuMicros, double bytes) {}

    private EventsOverhead() {}

    static void run() throws Exception {
        printTicks(ticks(Size.FULL));
        System.out.println();
        calls(
                Integer.getInteger("bench.events.calls.warm-up", 10),
                Integer.getInteger("bench.events.calls.rounds", 20));
    }

    // ---- jobs

    static Map<String, List<Slice>> ticks(Size size) throws Exception {
        Map<String, Consumer<KernelBuilder>> contenders = new LinkedHashMap<>();
        OpenTelemetrySdk sdk = sdk();
        contenders.put("without", builder -> {});
        // Twice, so that the difference of the two says what a difference means.
        contenders.put("without, again", builder -> {});
        contenders.put(
                "metrics", builder -> builder.with(KernelTelemetry.of(sdk).metricsOnly()));
        contenders.put("metrics, traces", builder -> builder.with(KernelTelemetry.of(sdk)));
        Map<String, List<Slice>> all = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> all.put(name, new ArrayList<>()));
        List<String> turn = new ArrayList<>(contenders.keySet());
        Random random = new Random(SEED);
        for (int round = 0; round <= size.rounds; round++) {
            Collections.shuffle(turn, random);
            for (String name : turn) {
                Slice slice = slice(contenders.getOrDefault(name, builder -> {}), size);
                if (round > 0) {
                    all.getOrDefault(name, new ArrayList<>()).add(slice);
                }
            }
        }
        sdk.close();
        return all;
    }

    private static OpenTelemetrySdk sdk() {
        return OpenTelemetrySdk.builder()
                .setMeterProvider(SdkMeterProvider.builder()
                        .registerMetricReader(InMemoryMetricReader.create())
                        .build())
                .build();
    }

    private static Slice slice(Consumer<KernelBuilder> more, Size size) throws Exception {
        LongAdder ticks = new LongAdder();
        KernelBuilder builder = Kernel.builder().with(more);
        for (int i = 0; i < size.jobs; i++) {
            builder.job(JobSpec.named("job-" + i)
                    .every(Duration.ofMillis(100))
                    .initialDelay(Duration.ofNanos(Duration.ofMillis(100).toNanos() * i / size.jobs))
                    .deadline(Duration.ofSeconds(1))
                    .task(context -> ticks.increment())
                    .build());
        }
        System.gc();
        try (Kernel kernel = builder.build()) {
            kernel.start();
            TimeUnit.NANOSECONDS.sleep(size.warmUp.toNanos());
            long begun = ticks.sum();
            Meter before = Meter.read();
            TimeUnit.NANOSECONDS.sleep(size.window.toNanos());
            Meter after = Meter.read();
            long count = ticks.sum() - begun;
            return new Slice(count, after.cpuMicrosSince(before, count), after.bytesSince(before, count));
        }
    }

    private static void printTicks(Map<String, List<Slice>> all) {
        List<Slice> without = all.getOrDefault("without", List.of());
        System.out.printf(
                Locale.ROOT,
                "%-18s %10s %12s %12s %22s%n",
                "a tick of a job",
                "ticks",
                "cpu us/tick",
                "bytes/tick",
                "this / without, cpu");
        all.forEach((name, slices) -> System.out.printf(
                Locale.ROOT,
                "%-18s %10d %12.2f %12.0f %22.3f%n",
                name,
                slices.stream().mapToLong(Slice::ticks).sum(),
                GrpcOverhead.median(
                        slices.stream().mapToDouble(Slice::cpuMicros).toArray()),
                GrpcOverhead.median(slices.stream().mapToDouble(Slice::bytes).toArray()),
                GrpcOverhead.median(IntStream.range(0, slices.size())
                        .mapToDouble(
                                i -> slices.get(i).cpuMicros() / without.get(i).cpuMicros())
                        .toArray())));
        System.out.println("target: metrics <= 1.02");
    }

    // ---- gRPC

    static Map<String, double[]> calls(int warmUp, int rounds) throws Exception {
        OpenTelemetrySdk sdk = sdk();
        GrpcServer plain = GrpcServer.builder().service(GrpcOverhead.echo()).open();
        GrpcServer measured = GrpcServer.builder()
                .service(GrpcOverhead.echo())
                .customize(server ->
                        GrpcOpenTelemetry.newBuilder().sdk(sdk).build().configureServerBuilder(server))
                .open();
        // The kernel itself measures nothing for a call: with it in the process, what is left is its listener that
        // sleeps.
        Kernel kernel = Kernel.builder().with(KernelTelemetry.of(sdk)).build();
        kernel.start();
        List<GrpcOverhead.Contender> contenders = List.of(
                GrpcOverhead.contender("without", plain.port(), plain::close),
                GrpcOverhead.contender("without, again", plain.port(), () -> {}),
                GrpcOverhead.contender("grpc-opentelemetry", measured.port(), measured::close));
        Map<String, double[]> perSecond = new LinkedHashMap<>();
        contenders.forEach(contender -> perSecond.put(contender.name(), new double[rounds]));
        ExecutorService clients = Executors.newFixedThreadPool(GrpcOverhead.CLIENTS);
        Random random = new Random(SEED);
        for (int round = -warmUp; round < rounds; round++) {
            List<GrpcOverhead.Contender> turn = new ArrayList<>(contenders);
            Collections.shuffle(turn, random);
            for (GrpcOverhead.Contender contender : turn) {
                double figure =
                        GrpcOverhead.slice(contender, clients, CALLS_NANOS).callsPerSecond();
                if (round >= 0) {
                    perSecond.getOrDefault(contender.name(), new double[rounds])[round] = figure;
                }
            }
        }
        clients.shutdown();
        contenders.forEach(contender -> contender.close().run());
        kernel.close();
        sdk.close();
        printCalls(perSecond);
        return perSecond;
    }

    private static void printCalls(Map<String, double[]> perSecond) {
        double[] without = perSecond.getOrDefault("without", new double[0]);
        System.out.printf(Locale.ROOT, "%-18s %12s %24s%n", "a unary call", "calls/s", "without / this, calls");
        perSecond.forEach((name, figures) -> System.out.printf(
                Locale.ROOT,
                "%-18s %12.0f %24.3f%n",
                name,
                GrpcOverhead.median(figures),
                GrpcOverhead.median(IntStream.range(0, figures.length)
                        .mapToDouble(i -> without[i] / figures[i])
                        .toArray())));
        System.out.println("target: what kernel adds <= 1.02, which is nothing; grpc-opentelemetry is its own");
    }
}
