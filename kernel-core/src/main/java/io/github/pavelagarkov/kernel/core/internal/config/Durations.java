package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Check;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Reads durations as people write them in configuration. */
@NullMarked
public final class Durations {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,18})\\s*(us|ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "us", ChronoUnit.MICROS,
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private Durations() {}

    /**
     * Reads one duration.
     *
     * @param text {@code 250us}, {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d} or ISO-8601 as {@code PT30S}
     * @return the duration, not negative
     * @throws IllegalArgumentException if it is written otherwise, with what is allowed
     */
    public static Duration parse(String text) {
        String trimmed = Check.notNull("duration", text).trim();
        try {
            Matcher matcher = SHORT.matcher(trimmed);
            Duration read = matcher.matches()
                    ? Duration.of(Long.parseLong(matcher.group(1)), Check.notNull("unit", UNITS.get(matcher.group(2))))
                    : Duration.parse(trimmed);
            if (!read.isNegative()) {
                return read;
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static IllegalArgumentException refused(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "duration must be written as 250us, 500ms, 30s, 5m, 2h, 1d or PT30S and not be negative, was '"
                        + Check.printable(text) + "'",
                cause);
    }

    /**
     * {@return a duration as a person would write it, and as settings are read}
     *
     * @param duration zero or positive
     */
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toString();
        }
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSecondsPart() == 0 ? duration.toMinutes() + "m" : duration.toSeconds() + "s";
    }
}
