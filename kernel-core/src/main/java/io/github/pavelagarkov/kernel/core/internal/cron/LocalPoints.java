package io.github.pavelagarkov.kernel.core.internal.cron;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The points of an expression on a calendar without time zones. */
final class LocalPoints {
    /** Every date with a weekday comes again within 40 years, the exceptions of the Gregorian calendar included. */
    private static final int YEARS = 41;

    private final long seconds;
    private final long minutes;
    private final long hours;
    private final long months;
    private final DayRule days;

    LocalPoints(List<String> fields) {
        seconds = FieldBits.ofAll(fields.get(0), 0, 59);
        minutes = FieldBits.ofAll(fields.get(1), 0, 59);
        hours = FieldBits.ofAll(fields.get(2), 0, 23);
        months = FieldBits.ofAll(fields.get(4), 1, 12);
        days = new DayRule(fields.get(3), fields.get(5));
    }

    /** {@return the first point at or after a time; null if there is none within 41 years} */
    @Nullable
    LocalDateTime atOrAfter(LocalDateTime from) {
        LocalDate date = from.toLocalDate();
        if (matches(date)) {
            int time = timeAtOrAfter(from.toLocalTime().toSecondOfDay());
            if (time >= 0) {
                return date.atTime(LocalTime.ofSecondOfDay(time));
            }
        }
        LocalDate end = date.plusYears(YEARS);
        for (date = date.plusDays(1); date.isBefore(end); date = date.plusDays(1)) {
            if ((months >>> date.getMonthValue() & 1) == 0) {
                date = date.withDayOfMonth(date.lengthOfMonth());
            } else if (days.matches(date)) {
                return date.atTime(LocalTime.ofSecondOfDay(timeAtOrAfter(0)));
            }
        }
        return null;
    }

    private boolean matches(LocalDate date) {
        return (months >>> date.getMonthValue() & 1) == 1 && days.matches(date);
    }

    private int timeAtOrAfter(int secondOfDay) {
        int hour = secondOfDay / 3600;
        int minute = secondOfDay / 60 % 60;
        int second = secondOfDay % 60;
        if (has(hours, hour)) {
            if (has(minutes, minute)) {
                int found = next(seconds, second);
                if (found >= 0) {
                    return secondOfDay - second + found;
                }
            }
            int found = next(minutes, minute + 1);
            if (found >= 0) {
                return hour * 3600 + found * 60 + next(seconds, 0);
            }
        }
        int found = next(hours, hour + 1);
        return found < 0 ? -1 : found * 3600 + next(minutes, 0) * 60 + next(seconds, 0);
    }

    private static boolean has(long set, int value) {
        return (set >>> value & 1) == 1;
    }

    private static int next(long set, int from) {
        long left = from > 63 ? 0 : set >>> from << from;
        return left == 0 ? -1 : Long.numberOfTrailingZeros(left);
    }
}
