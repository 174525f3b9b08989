package io.github.pavelagarkov.kernel.core.internal.cron;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.KernelException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instants of a cron expression in a time zone.
 *
 * <p>With a fixed hour each local time fires once: at the end of the gap if the clocks skip it, at its first pass if they
 * repeat it. With {@code *} or {@code *}{@code /n} as the hour every instant whose local time matches fires, so an hour that
 * comes twice counts twice and one that is skipped not at all: the distance is kept in elapsed time.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md JS-11</a>
 */
public final class CronExpression {
    /** What {@link #nextAfter} and {@link #lastWithin} answer if there is no such instant. */
    public static final long NONE = Long.MIN_VALUE;

    private static final LocalDateTime PROBE = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final int HOUR = 2;

    private final LocalPoints points;
    private final boolean elapsed;
    private final ZoneRules rules;

    private CronExpression(LocalPoints points, boolean elapsed, ZoneRules rules) {
        this.points = points;
        this.elapsed = elapsed;
        this.rules = rules;
    }

    /**
     * Reads an expression.
     *
     * @param expression five Unix fields, optional leading seconds, or a nickname such as {@code @hourly}
     * @param zone where its fields are read
     * @return the instants
     * @throws IllegalArgumentException if it is wrong or can never fire
     * @throws KernelException if the library is not there
     */
    public static CronExpression parse(String expression, ZoneId zone) {
        String trimmed = expression.trim();
        try {
            List<String> fields = CronText.fields(normal(trimmed));
            LocalPoints points = new LocalPoints(fields);
            if (points.atOrAfter(PROBE) == null) {
                throw new IllegalArgumentException("no date matches");
            }
            return new CronExpression(points, fields.get(HOUR).startsWith("*"), zone.getRules());
        } catch (NoClassDefFoundError e) {
            throw new KernelException(
                    "cron expression '" + Check.printable(trimmed)
                            + "' needs a library that is not on the class path: add com.cronutils:cron-utils",
                    e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "cron expression '" + Check.printable(trimmed) + "' must have five fields (minute hour"
                            + " day-of-month month day-of-week), optional leading seconds, or be a nickname such as"
                            + " @hourly: " + e.getMessage(),
                    e);
        }
    }

    /**
     * {@return what an expression says, in English; itself if that cannot be said}
     *
     * @param expression as {@link #parse} takes it
     */
    public static String inWords(String expression) {
        try {
            return CronText.inWords(normal(expression.trim()));
        } catch (NoClassDefFoundError | RuntimeException e) {
            // It is for people, and a scheduler of the application may understand other expressions.
            return expression;
        }
    }

    /** Six fields where there are five. */
    private static String normal(String trimmed) {
        boolean five = !trimmed.startsWith("@") && trimmed.split("\\s+", -1).length == 5;
        return five ? "0 " + trimmed : trimmed;
    }

    /**
     * {@return the first instant after another, or NONE}
     *
     * @param epochMillis the other instant
     */
    public long nextAfter(long epochMillis) {
        Instant after = Instant.ofEpochSecond(Math.floorDiv(epochMillis, 1000L));
        Instant found = elapsed ? nextElapsed(after) : nextFixed(after);
        return found == null ? NONE : found.toEpochMilli();
    }

    private @Nullable Instant nextElapsed(Instant after) {
        Instant from = after.plusSeconds(1);
        while (true) {
            ZoneOffset offset = rules.getOffset(from);
            LocalDateTime point = points.atOrAfter(LocalDateTime.ofEpochSecond(from.getEpochSecond(), 0, offset));
            if (point == null) {
                return null;
            }
            Instant found = point.toInstant(offset);
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (change == null || found.isBefore(change.getInstant())) {
                return found;
            }
            from = change.getInstant();
        }
    }

    private @Nullable Instant nextFixed(Instant after) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime from = LocalDateTime.ofEpochSecond(after.getEpochSecond() + 1, 0, offset);
        while (true) {
            LocalDateTime point = points.atOrAfter(from);
            if (point == null) {
                return null;
            }
            ZoneOffsetTransition change = rules.getTransition(point);
            Instant found = change == null
                    ? point.toInstant(rules.getOffset(point))
                    : change.isGap() ? change.getInstant() : point.toInstant(change.getOffsetBefore());
            if (found.isAfter(after)) {
                return found;
            }
            // In its second pass a repeated time has been used up, so the search goes on behind the overlap.
            from = change != null && change.isOverlap() ? change.getDateTimeBefore() : point.plusSeconds(1);
        }
    }

    /**
     * {@return the last instant in a window, or NONE}
     *
     * @param afterMillis the beginning of the window
     * @param untilMillis its end, in it
     */
    public long lastWithin(long afterMillis, long untilMillis) {
        // Looks back in growing steps, so that a point every second does not mean to count a day of them.
        for (long back = 1_000; ; back *= 2) {
            long from = Math.max(afterMillis, untilMillis - back) - 1;
            long found = nextAfter(from);
            if (found != NONE && found <= untilMillis) {
                return lastFrom(found, untilMillis);
            }
            if (from <= afterMillis) {
                return NONE;
            }
        }
    }

    private long lastFrom(long first, long untilMillis) {
        long last = first;
        for (long next = first; next != NONE && next <= untilMillis; next = nextAfter(next)) {
            last = next;
        }
        return last;
    }
}
