package io.github.pavelagarkov.kernel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Argument checks with one wording for all implementations: the field, the value, what is allowed.
 *
 * <p>For implementers of a contract; a user of kernel sees only the messages.
 */
public final class Check {
    private static final int LONGEST_NAME = 63;
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Check() {}

    /**
     * Refuses null.
     *
     * @param <T> the type of the value
     * @param field what the value is, for the message
     * @param value the value
     * @return the value
     * @throws IllegalArgumentException if the value is null
     */
    public static <T> T notNull(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " must not be null");
        }
        return value;
    }

    /**
     * Refuses what is not a kernel name: {@code [a-z][a-z0-9-]{0,62}}.
     *
     * @param field what is named, for the message
     * @param name the name
     * @return the name
     * @throws IllegalArgumentException if it is null, empty, too long or has other characters
     */
    public static String name(String field, @Nullable String name) {
        String given = notNull(field, name);
        if (!isName(given)) {
            throw new IllegalArgumentException(
                    field + " must match [a-z][a-z0-9-]{0,62}, was '" + printable(given) + "'");
        }
        return given;
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NAME || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    /**
     * Refuses a duration of zero, below zero or beyond 36,500 days.
     *
     * @param field what the duration is, for the message
     * @param value the duration
     * @return the duration
     * @throws IllegalArgumentException if it is null or out of range
     */
    public static Duration positive(String field, @Nullable Duration value) {
        return atLeast(field, value, Duration.ofNanos(1), "positive");
    }

    /**
     * Refuses a duration below zero or beyond 36,500 days.
     *
     * @param field what the duration is, for the message
     * @param value the duration
     * @return the duration
     * @throws IllegalArgumentException if it is null or out of range
     */
    public static Duration notNegative(String field, @Nullable Duration value) {
        return atLeast(field, value, Duration.ZERO, "zero or positive");
    }

    /**
     * Refuses a duration shorter than a minimum or beyond 36,500 days.
     *
     * @param field what the duration is, for the message
     * @param value the duration
     * @param minimum the shortest allowed
     * @return the duration
     * @throws IllegalArgumentException if it is null or out of range
     */
    public static Duration atLeast(String field, @Nullable Duration value, Duration minimum) {
        return atLeast(field, value, minimum, "at least " + minimum);
    }

    private static Duration atLeast(String field, @Nullable Duration value, Duration minimum, String allowed) {
        Duration given = notNull(field, value);
        if (given.compareTo(minimum) < 0) {
            throw new IllegalArgumentException(field + " must be " + allowed + ", was " + given);
        }
        if (given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(field + " must be at most " + LONGEST + ", was " + given);
        }
        return given;
    }

    /**
     * Refuses a number outside a range.
     *
     * @param field what the number is, for the message
     * @param value the number
     * @param minimum the smallest allowed
     * @param maximum the largest allowed
     * @return the number
     * @throws IllegalArgumentException if it is out of range
     */
    public static int range(String field, int value, int minimum, int maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    field + " must be between " + minimum + " and " + maximum + ", was " + value);
        }
        return value;
    }

    /**
     * Makes a text from outside fit for a message: control characters replaced, 80 characters at most.
     *
     * @param text any text
     * @return one printable line
     */
    public static String printable(String text) {
        String cut = text.length() <= 80 ? text : text.substring(0, 77) + "...";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
