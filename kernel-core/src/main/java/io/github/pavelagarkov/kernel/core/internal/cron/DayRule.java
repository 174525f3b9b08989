package io.github.pavelagarkov.kernel.core.internal.cron;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which days match. Day of month and day of week are both required if one of them is {@code *} or {@code ?}, otherwise one
 * is enough, as Unix has it.
 */
final class DayRule {
    private static final int SATURDAY = 6;

    private final long daysOfMonth;
    private final long daysOfWeek;
    private final List<Predicate<LocalDate>> specialDaysOfMonth = new ArrayList<>(0);
    private final List<Predicate<LocalDate>> specialDaysOfWeek = new ArrayList<>(0);
    private final boolean both;

    DayRule(String dayOfMonth, String dayOfWeek) {
        long month = 0;
        for (String item : dayOfMonth.split(",", -1)) {
            if (item.indexOf('L') >= 0 || item.indexOf('W') >= 0) {
                specialDaysOfMonth.add(specialDayOfMonth(item));
            } else {
                month |= FieldBits.of(item, 1, 31);
            }
        }
        long week = 0;
        for (String item : dayOfWeek.split(",", -1)) {
            if (item.indexOf('L') >= 0 || item.indexOf('#') >= 0) {
                specialDaysOfWeek.add(specialDayOfWeek(item));
            } else {
                week |= daysOfWeek(item);
            }
        }
        daysOfMonth = month;
        daysOfWeek = week;
        both = startsWithStar(dayOfMonth) || startsWithStar(dayOfWeek);
    }

    private static boolean startsWithStar(String field) {
        return field.startsWith("*") || field.startsWith("?");
    }

    private static long daysOfWeek(String item) {
        String[] step = item.split("/", 2);
        String[] ends = step[0].split("-", 2);
        if (ends.length == 2) {
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[1]);
            // 7 is Sunday at either end: 5-7 ends with it, 7-6 begins with it.
            String range = (first == 7 ? 0 : first) + "-" + last + (step.length == 2 ? "/" + step[1] : "");
            long set = last == 7 ? FieldBits.of(range, 0, 7) : FieldBits.of(range, 0, SATURDAY);
            return (set | set >>> 7) & 0x7F;
        }
        return FieldBits.of(item.startsWith("7") ? "0" + item.substring(1) : item, 0, SATURDAY);
    }

    private static Predicate<LocalDate> specialDayOfMonth(String item) {
        if (item.equals("LW")) {
            return date -> date.getDayOfMonth() == nearestWeekday(date, date.lengthOfMonth());
        }
        if (item.endsWith("W")) {
            int day = Integer.parseInt(item.substring(0, item.length() - 1));
            return date -> day <= date.lengthOfMonth() && date.getDayOfMonth() == nearestWeekday(date, day);
        }
        int before = item.length() > 2 ? Integer.parseInt(item.substring(2)) : 0;
        return date -> date.getDayOfMonth() == date.lengthOfMonth() - before;
    }

    /** {@return the weekday nearest to a day, in the same month} */
    private static int nearestWeekday(LocalDate month, int day) {
        DayOfWeek weekday = month.withDayOfMonth(day).getDayOfWeek();
        if (weekday == DayOfWeek.SATURDAY) {
            return day > 1 ? day - 1 : day + 2;
        }
        if (weekday == DayOfWeek.SUNDAY) {
            return day < month.lengthOfMonth() ? day + 1 : day - 2;
        }
        return day;
    }

    private static Predicate<LocalDate> specialDayOfWeek(String item) {
        int hash = item.indexOf('#');
        if (hash < 0 && item.length() < 2) {
            throw new IllegalArgumentException("L in the day of week needs a day before it, for instance 5L");
        }
        int day = Integer.parseInt(item.substring(0, hash < 0 ? item.length() - 1 : hash)) % 7;
        if (hash < 0) {
            return date -> weekday(date) == day && date.getDayOfMonth() > date.lengthOfMonth() - 7;
        }
        int which = Integer.parseInt(item.substring(hash + 1));
        if (which < 1 || which > 5) {
            throw new IllegalArgumentException("the number after # must be between 1 and 5, was " + which);
        }
        return date -> weekday(date) == day && (date.getDayOfMonth() - 1) / 7 + 1 == which;
    }

    private static int weekday(LocalDate date) {
        return date.getDayOfWeek().getValue() % 7;
    }

    boolean matches(LocalDate date) {
        boolean month = (daysOfMonth >>> date.getDayOfMonth() & 1) == 1 || any(specialDaysOfMonth, date);
        boolean week = (daysOfWeek >>> weekday(date) & 1) == 1 || any(specialDaysOfWeek, date);
        return both ? month && week : month || week;
    }

    private static boolean any(List<Predicate<LocalDate>> rules, LocalDate date) {
        for (Predicate<LocalDate> rule : rules) {
            if (rule.test(date)) {
                return true;
            }
        }
        return false;
    }
}
