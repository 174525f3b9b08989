package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.Settings.Given;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Builds a record of kernel-api from settings and finds the setting that its refusal is about.
 *
 * <p>The records name their fields in the message, the wrong one first; it may be one that has its default, then the next
 * named one that was set is to blame.
 */
final class Blame {
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

    private final Settings settings;
    private final Map<String, Given> givenByField = new LinkedHashMap<>();
    private final int refusalsBefore;

    Blame(Settings settings) {
        this.settings = settings;
        this.refusalsBefore = settings.refusals();
    }

    /** {@return the value of the first of these keys that is set} */
    <T> Optional<T> read(ConfigKey<T> key, String... names) {
        for (String name : names) {
            Optional<Given> given = settings.given(key.at(name));
            if (given.isPresent()) {
                givenByField.put(key.camelField(), given.get());
                return settings.parse(key, given.get());
            }
        }
        return Optional.empty();
    }

    /** {@return the value of a key without a name} */
    <T> Optional<T> read(ConfigKey<T> key) {
        settings.given(key.pattern()).ifPresent(given -> givenByField.put(key.camelField(), given));
        return settings.read(key);
    }

    /** {@return where the value of a field came from, empty if it was not set} */
    Optional<Given> given(ConfigKey<?> key) {
        return Optional.ofNullable(givenByField.get(key.camelField()));
    }

    /** {@return the record, or the fallback if a value was wrong, which is noted} */
    <T> T build(Supplier<T> record, T fallback) {
        if (settings.refusals() > refusalsBefore) {
            return fallback; // the wrong value is noted already, what would follow from it is noise
        }
        try {
            return record.get();
        } catch (IllegalArgumentException e) {
            // A record that finds several contradictions says each on a line of its own.
            String.valueOf(e.getMessage()).lines().forEach(line -> refuse(line, e));
            return fallback;
        }
    }

    private void refuse(String message, IllegalArgumentException e) {
        settings.refuse(guilty(message)
                .map(given -> new Problem(given.key(), Check.printable(given.text()), given.source(), message))
                .orElseThrow(() -> e));
    }

    private Optional<Given> guilty(String message) {
        return WORD.matcher(message)
                .results()
                .map(MatchResult::group)
                .filter(givenByField::containsKey)
                .map(givenByField::get)
                .findFirst()
                .or(() -> givenByField.values().stream().findFirst());
    }
}
