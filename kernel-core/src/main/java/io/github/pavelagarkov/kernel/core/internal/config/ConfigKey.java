package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Secret;
import java.util.regex.Pattern;

/**
 * One row of the table of settings.
 *
 * @param pattern the full key; {@code <name>} stands for the name of a thing
 * @param type how its text becomes a value
 * @param fallback what holds without it, for people
 * @param doc what it does, one sentence
 */
record ConfigKey<T>(String pattern, ValueType<T> type, String fallback, String doc) {
    static final String NAME = "<name>";

    /** {@return the full key for one named thing} */
    String at(String name) {
        return pattern.replace(NAME, name);
    }

    /** {@return the last part of the key, for instance {@code back-off}} */
    String field() {
        return pattern.substring(pattern.lastIndexOf('.') + 1);
    }

    /** {@return the field as the records of kernel-api spell it, for instance {@code backOff}} */
    String camelField() {
        StringBuilder camel = new StringBuilder();
        for (String word : field().split("-", -1)) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    /** {@return whether another key is this one for some name} */
    boolean matches(String key) {
        int name = pattern.indexOf(NAME);
        return name >= 0
                && key.matches(Pattern.quote(pattern.substring(0, name)) + "[^.]+\\." + Pattern.quote(field()));
    }

    /** {@return the key that lists the names} */
    String namesKey() {
        return pattern.substring(0, pattern.indexOf(NAME)) + "names";
    }

    boolean isSecret() {
        return type.shown().apply("").equals(Secret.MASK);
    }

    /** {@return whether {@code defaults} may stand in place of the name} */
    boolean hasDefaults() {
        return isNamed()
                && (pattern.startsWith("kernel.leader.")
                        || PoolKeys.SIZES.contains(this)
                        || ClickHouseKeys.SIZES.contains(this));
    }

    boolean isNamed() {
        return pattern.contains(NAME);
    }
}
