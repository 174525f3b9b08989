package io.github.pavelagarkov.kernel.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What a tick costs and how late it comes, at 10,000 ticks a second, beside the JDK's scheduler in the same run. */
final class SchedulerTicks {
    private static final long SEED = 42;

    /**
     * How much is measured.
     *
     * @param jobs of the first load; the second has ten times as many, ten times as slow
     * @param heat how long each contender runs before anything is measured, at ten times the rate: the compiler's CPU time
     *     would count for ticks otherwise, and at the measured rate it is busy for a minute
     * @param rounds slices of each contender; one more comes first and is dropped
     * @param warmUp of each slice
     * @param window of each slice
     */
    record Size(int jobs, Duration heat, int rounds, Duration warmUp, Duration window) {
        static final Size FULL = new Size(
                1_000,
                Duration.ofSeconds(8),
                Integer.getInteger("rounds", 7),
                Duration.ofMillis(1_200),
                Duration.ofMillis(1_200));
    }

    /** One slice of one contender. */
    record Slice(long ticks, double cpuMicros, double bytes, double p50, double p99, long early, long missed) {}

    private SchedulerTicks() {}

    static Map<String, List<Slice>> run(Size size) throws Exception {
        Map<String, List<Slice>> all = new LinkedHashMap<>();
        List<TickSource> sources = new ArrayList<>(
                List.of(TickSource.pool(), TickSource.kernel(Duration.ofMillis(1)), TickSource.kernel(Duration.ZERO)));
        for (TickSource source : sources) {
            try (TickSource.Running running = source.start(size.jobs, Duration.ofMillis(10), new Lateness())) {
                TimeUnit.NANOSECONDS.sleep(size.heat.toNanos());
            }
        }
        for (int factor : List.of(1, 10)) {
            int jobs = size.jobs * factor;
            Duration period = Duration.ofMillis(100L * factor);
            sources.forEach(source -> all.put(key(source, jobs, period), new ArrayList<>()));
            Random random = new Random(SEED);
            for (int round = 0; round <= size.rounds; round++) {
                Collections.shuffle(sources, random);
                for (TickSource source : sources) {
                    Slice slice = slice(source, jobs, period, size);
                    if (round > 0) {
                        all.computeIfAbsent(key(source, jobs, period), key -> new ArrayList<>())
                                .add(slice);
                    }
                }
            }
        }
        return all;
    }

    private static String key(TickSource source, int jobs, Duration period) {
        return source.name() + ", " + jobs + " @ " + period.toMillis() + " ms";
    }

    private static Slice slice(TickSource source, int jobs, Duration period, Size size) throws Exception {
        Lateness lateness = new Lateness();
        // One slice shall not pay for the garbage of another.
        System.gc();
        try (TickSource.Running running = source.start(jobs, period, lateness)) {
            TimeUnit.NANOSECONDS.sleep(size.warmUp.toNanos());
            lateness.clearTimes();
            Meter before = Meter.read();
            TimeUnit.NANOSECONDS.sleep(size.window.toNanos());
            Meter after = Meter.read();
            long ticks = lateness.ticks();
            return new Slice(
                    ticks,
                    after.cpuMicrosSince(before, ticks),
                    after.bytesSince(before, ticks),
                    lateness.millis(0.5),
                    lateness.millis(0.99),
                    lateness.early(),
                    lateness.missed());
        }
    }

    static void print(Map<String, List<Slice>> all) {
        System.out.println("median [least] of slices      cpu us/tick      bytes/tick          p50 ms"
                + "          p99 ms    ticks  early missed");
        all.forEach((name, slices) -> System.out.printf(
                Locale.ROOT,
                "%-26s %15s %15s %15s %15s %8d %6d %6d%n",
                name,
                both(slices, Slice::cpuMicros, "%.1f [%.1f]"),
                both(slices, Slice::bytes, "%.0f [%.0f]"),
                both(slices, Slice::p50, "%.3f [%.3f]"),
                both(slices, Slice::p99, "%.3f [%.3f]"),
                sum(slices, Slice::ticks),
                sum(slices, Slice::early),
                sum(slices, Slice::missed)));
        all.forEach((name, slices) -> {
            List<Slice> pool = all.get(name.replaceFirst("kernel \\d ms", "STPE(1)"));
            if (pool != null && pool != slices) {
                System.out.printf(
                        Locale.ROOT,
                        "%s: cpu %.2f x STPE by medians, %.2f by minima (target at 1 ms <= 0.4)%n",
                        name,
                        median(slices, Slice::cpuMicros) / median(pool, Slice::cpuMicros),
                        least(slices, Slice::cpuMicros) / least(pool, Slice::cpuMicros));
            }
        });
        System.out.println("targets at 1 ms: p50 <= 0.6 ms, bytes <= 500, early 0");
    }

    private static String both(List<Slice> slices, ToDoubleFunction<Slice> figure, String format) {
        return String.format(Locale.ROOT, format, median(slices, figure), least(slices, figure));
    }

    private static double median(List<Slice> slices, ToDoubleFunction<Slice> figure) {
        double[] sorted = slices.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double least(List<Slice> slices, ToDoubleFunction<Slice> figure) {
        return slices.stream().mapToDouble(figure).min().orElse(Double.NaN);
    }

    private static long sum(List<Slice> slices, ToDoubleFunction<Slice> figure) {
        return (long) slices.stream().mapToDouble(figure).sum();
    }
}
