package io.github.pavelagarkov.kernel.core.clickhouse;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how long a quota stays used up, out of {@code Quota for user `few` for 3600s has been exceeded: queries = 4/3. Interval
 * will end at 2026-11-29 15:00:00.}
 */
final class QuotaInterval {
    private static final Pattern LENGTH = Pattern.compile(" for (\\d{1,9})s has been exceeded");
    private static final Pattern END =
            Pattern.compile("Interval will end at (\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d)");
    /** The end is said in whole seconds. */
    private static final Duration GRACE = Duration.ofSeconds(1);
    /** How far two clocks may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private QuotaInterval() {}

    /**
     * {@return how long from now, or empty if the text does not say, or says what cannot be}
     *
     * @param text what the server says
     * @param now the time here
     * @param zone the time zone of the server, in which it says the end
     */
    static Optional<Duration> left(String text, Instant now, ZoneId zone) {
        Matcher end = END.matcher(text);
        Matcher length = LENGTH.matcher(text);
        if (!end.find() || !length.find()) {
            return Optional.empty();
        }
        try {
            Instant over = LocalDateTime.parse(end.group(1) + "T" + end.group(2))
                    .atZone(zone)
                    .toInstant();
            Duration left = Duration.between(now, over);
            Duration whole = Duration.ofSeconds(Long.parseLong(length.group(1)));
            // An end outside the interval is one in another time zone than we think.
            boolean possible = left.compareTo(SKEW.negated()) >= 0 && left.compareTo(whole.plus(SKEW)) <= 0;
            return possible ? Optional.of(left.isNegative() ? GRACE : left.plus(GRACE)) : Optional.empty();
        } catch (DateTimeException e) {
            // Digits that are no date.
            return Optional.empty();
        }
    }
}
