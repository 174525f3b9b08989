package io.github.pavelagarkov.kernel.core.internal.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Nearest {
    private Nearest() {}

    /**
     * {@return the closest of the known words, if it is close enough to be a slip}
     *
     * @param given what was written
     * @param known what could have been
     */
    public static Optional<String> to(String given, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> EditDistance.between(given, candidate)))
                .filter(best -> EditDistance.between(given, best) <= Math.max(2, given.length() / 5));
    }

    /**
     * {@return {@code ; did you mean …?}, or nothing}
     *
     * @param given what was written
     * @param known what could have been
     */
    public static String hint(String given, Collection<String> known) {
        return to(given, known).map(best -> "; did you mean " + best + "?").orElse("");
    }
}
