package io.github.pavelagarkov.kernel.core.internal.cron;

/** Turns the plain items of a field into a set of bits. */
final class FieldBits {
    private FieldBits() {}

    /**
     * {@return the set of one item: {@code *}, {@code 5}, {@code 1-5}, {@code 5/10}, each with an optional step}
     *
     * @param item checked by cron-utils before
     * @param least the smallest value of the field
     * @param most the largest value of the field
     */
    static long of(String item, int least, int most) {
        String[] step = item.split("/", 2);
        int by = step.length == 1 ? 1 : Integer.parseInt(step[1]);
        String range = step[0];
        if (range.isEmpty() || range.equals("*") || range.equals("?")) {
            return bits(least, most, by, least, most);
        }
        String[] ends = range.split("-", 2);
        int first = Integer.parseInt(ends[0]);
        if (ends.length == 2) {
            return bits(first, Integer.parseInt(ends[1]), by, least, most);
        }
        return step.length == 1 ? 1L << first : bits(first, most, by, least, most);
    }

    /** A range whose end is before its start goes on at the beginning: 22-2 are the hours around midnight. */
    private static long bits(int first, int last, int by, int least, int most) {
        int length = last >= first ? last - first : last - first + (most - least + 1);
        long set = 0;
        for (int i = 0; i <= length; i += by) {
            int value = first + i;
            set |= 1L << (value <= most ? value : value - (most - least + 1));
        }
        return set;
    }

    /**
     * {@return the set of a whole field}
     *
     * @param field items with commas between
     * @param least the smallest value of the field
     * @param most the largest value of the field
     */
    static long ofAll(String field, int least, int most) {
        long set = 0;
        for (String item : field.split(",", -1)) {
            set |= of(item.trim(), least, most);
        }
        return set;
    }
}
