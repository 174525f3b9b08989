package io.github.pavelagarkov.kernel.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** A series of measured times. Not thread-safe. */
final class Samples {
    private final String name;
    private long[] nanos = new long[256];
    private int count;

    Samples(String name) {
        this.name = name;
    }

    void add(long value) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = value;
    }

    /** {@return the time below which a share of the series lies, in milliseconds} */
    double millis(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[Math.min(count - 1, (int) (count * share))] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-28s n %5d   p50 %8.3f ms   p95 %8.3f ms   p99 %8.3f ms   max %8.3f ms",
                name,
                count,
                millis(0.5),
                millis(0.95),
                millis(0.99),
                millis(1));
    }
}
