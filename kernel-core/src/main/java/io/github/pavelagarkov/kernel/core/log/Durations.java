package io.github.pavelagarkov.kernel.core.log;

import java.time.Duration;
import java.util.Locale;

/** Writes durations as people say them. */
final class Durations {
    private Durations() {}

    /** {@code 35 ms}, {@code 1.2 s}, {@code 15 s}, {@code 4 min 10 s}, {@code 3 h 5 min}. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            String text = String.format(Locale.ROOT, "%.1f", Math.floorDiv(millis, 100L) / 10.0);
            return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " s";
        }
        return seconds < 3600
                ? two(seconds / 60, "min", seconds % 60, "s")
                : two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }

    /** {@return what becomes the text of a duration when a line with it is written, and costs nothing if none is} */
    static Object onceWritten(Duration duration) {
        return new Object() {
            @Override
            public String toString() {
                return text(duration);
            }
        };
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
