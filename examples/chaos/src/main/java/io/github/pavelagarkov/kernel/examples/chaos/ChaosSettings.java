package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked for.
 *
 * @param store which backend: redis or postgres [redis]
 * @param seed of the schedule [drawn]
 * @param time when no new faults begin, also if there were too few [30 min]
 * @param faults how many are to hit [1,000]
 * @param replicas how many processes compete [4]
 * @param lease how long the store keeps a lease; everything else follows from it [1.5 s]
 * @param directory where the picture, the schedule and, after a violation, the logs go [target/chaos]
 */
record ChaosSettings(String store, long seed, Duration time, int faults, int replicas, Duration lease, Path directory) {
    ChaosSettings {
        require(faults > 0, "chaos.faults must be positive", faults);
        require(replicas >= 2 && replicas <= 16, "chaos.replicas must be from 2 to 16", replicas);
        require(!time.isNegative() && !time.isZero(), "chaos.time must be positive", time);
    }

    private static void require(boolean holds, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }

    /** Reads {@code -Dchaos.…}; an empty value counts as none. */
    static ChaosSettings read(Function<String, @Nullable String> properties) {
        return new ChaosSettings(
                text(properties, "store", "redis"),
                number(properties, "seed", Math.abs((long) new SecureRandom().nextInt())),
                duration(properties, "time", "30m"),
                Math.toIntExact(number(properties, "faults", 1_000)),
                Math.toIntExact(number(properties, "replicas", 4)),
                duration(properties, "lease", "1500ms"),
                Path.of(text(properties, "directory", "target/chaos")));
    }

    private static String text(Function<String, @Nullable String> properties, String key, String otherwise) {
        String value = properties.apply("chaos." + key);
        return value == null || value.isBlank() ? otherwise : value.strip();
    }

    private static long number(Function<String, @Nullable String> properties, String key, long otherwise) {
        String value = text(properties, key, Long.toString(otherwise));
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("chaos." + key + " must be a whole number, was '" + value + "'", e);
        }
    }

    private static Duration duration(Function<String, @Nullable String> properties, String key, String otherwise) {
        String value = text(properties, key, otherwise).toUpperCase(Locale.ROOT);
        try {
            return value.endsWith("MS")
                    ? Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)))
                    : Duration.parse("PT" + value);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "chaos." + key + " must be a duration such as 1500ms, 90s or 10m, was '" + value + "'", e);
        }
    }

    LeaseTiming timing() {
        return LeaseTiming.ofLease(lease);
    }

    /** {@return how long a leader trusts its lease, from before it asked} */
    Duration trusted() {
        return timing().lease().minus(timing().margin());
    }
}
