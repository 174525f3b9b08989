package io.github.pavelagarkov.kernel.core.internal.config;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.joining;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds keys that no row of the table knows, and the row that was probably meant. */
final class UnknownKeys {
    private final Settings settings;
    private final boolean ignore;

    UnknownKeys(Settings settings, boolean ignore) {
        this.settings = settings;
        this.ignore = ignore;
    }

    void check() {
        Set<String> known = new LinkedHashSet<>();
        for (ConfigKey<?> key : ConfigKeys.all()) {
            names(key).forEach(name -> known.add(key.at(name)));
        }
        for (ConfigSource source : settings.sources()) {
            source.keys().stream()
                    .sorted()
                    .filter(key -> !known.contains(key))
                    .forEach(key -> report(source, key, known));
        }
    }

    /** {@return the names that a key may hold: of every source, so that a stronger list orphans no weaker setting} */
    private Set<String> names(ConfigKey<?> key) {
        if (!key.isNamed()) {
            return Set.of("");
        }
        Set<String> names = new LinkedHashSet<>();
        if (key.hasDefaults()) {
            names.add(ConfigKeys.DEFAULTS);
        }
        for (ConfigSource source : settings.sources()) {
            source.find(key.namesKey())
                    .map(list -> List.of(list.split(",", -1)))
                    .ifPresent(list -> list.forEach(name -> names.add(name.trim())));
        }
        return names;
    }

    private void report(ConfigSource source, String key, Set<String> known) {
        String shown = Check.printable(key);
        String reason = "unknown key" + unlisted(key).orElseGet(() -> nearest(key, known));
        if (ignore || !source.refusesUnknownKeys()) {
            settings.warn(shown + " (" + source.origin(key) + "): " + reason);
        } else {
            // The value stays out: nobody knows whether an unknown setting is a secret.
            settings.refuse(new Problem(shown, Secret.MASK, source.origin(key), reason));
        }
    }

    /** {@return what to say of a good key whose name is in no list} */
    private static Optional<String> unlisted(String key) {
        return ConfigKeys.all().stream()
                .filter(row -> row.matches(key))
                .findFirst()
                .map(row -> "; '" + Check.printable(key.split("\\.", -1)[2]) + "' is not in " + row.namesKey());
    }

    private static String nearest(String key, Set<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return least <= Math.max(2, key.length() / 5) ? "; did you mean " + best + "?" : "; " + inArea(key);
    }

    private static String inArea(String key) {
        String area = key.split("\\.", -1)[1];
        return ConfigKeys.all().stream()
                .map(ConfigKey::pattern)
                .filter(pattern -> pattern.startsWith("kernel." + area + "."))
                .collect(collectingAndThen(
                        joining(", "),
                        known -> known.isEmpty() ? "all keys are in docs/configuration.md" : "known are " + known));
    }

    /** {@return how many letters to add, drop, change or swap; a right field in the wrong area counts as two} */
    private static int distance(String given, String candidate) {
        int whole = EditDistance.between(given, candidate);
        boolean sameField = lastPart(given).equals(lastPart(candidate));
        return sameField ? Math.min(whole, 2) : whole;
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
