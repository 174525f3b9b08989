package io.github.pavelagarkov.kernel.tck.fault;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Tells exactly whether two ever held at once what only one may hold: a lease, a lock, a leadership.
 *
 * <p>All times are {@link System#nanoTime()}, which on Linux is one clock for all processes of a host. To accuse nobody
 * wrongly, an interval should begin after its holder knew that it held, and end before it gave up; what lies between is then
 * certain. An interval includes its first instant and not its last, so one that is handed over without a gap does not overlap.
 *
 * <p>Thread-safe.
 */
public final class ExclusiveIntervals {
    private static final Comparator<Interval> BY_BEGINNING = (a, b) -> Long.signum(a.fromNanos() - b.fromNanos());
    private static final int SHOWN = 5;

    /**
     * A time in which somebody held.
     *
     * @param who for messages
     * @param fromNanos its first instant
     * @param untilNanos the first instant after it; empty while it has no end
     */
    public record Interval(String who, long fromNanos, OptionalLong untilNanos) {
        /**
         * Checks the order.
         *
         * @throws IllegalArgumentException if it ends before it begins
         */
        public Interval {
            if (untilNanos.isPresent() && untilNanos.getAsLong() - fromNanos < 0) {
                throw new IllegalArgumentException("interval of '" + who + "' must not end before it begins, was "
                        + fromNanos + " until " + untilNanos.getAsLong());
            }
        }

        private boolean covers(long point) {
            return untilNanos.isEmpty() || point - untilNanos.getAsLong() < 0;
        }
    }

    /**
     * Two intervals that share an instant.
     *
     * @param first the one that began first
     * @param second the other
     * @param nanos for how long; empty if neither has an end
     */
    public record Overlap(Interval first, Interval second, OptionalLong nanos) {
        @Override
        public String toString() {
            return "'" + second.who() + "' began "
                    + nanos.stream()
                            .mapToObj(shared -> "while '" + first.who() + "' still held, both for " + millis(shared))
                            .findFirst()
                            .orElseGet(() -> "although '" + first.who() + "' never gave up")
                    + " (first from " + first.fromNanos() + ", second from " + second.fromNanos() + ")";
        }
    }

    private final String subject;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock. */
    private final List<Interval> intervals = new ArrayList<>();

    /**
     * Creates a collection without intervals.
     *
     * @param subject what is held, for messages: {@code "lock 'orders'"}
     */
    public ExclusiveIntervals(String subject) {
        this.subject = subject;
    }

    /**
     * Adds a time in which somebody held.
     *
     * @param who for messages
     * @param fromNanos its first instant
     * @param untilNanos the first instant after it
     * @throws IllegalArgumentException if it ends before it begins
     */
    public void add(String who, long fromNanos, long untilNanos) {
        add(new Interval(who, fromNanos, OptionalLong.of(untilNanos)));
    }

    /**
     * Adds a time in which somebody held.
     *
     * @param interval who, from when, until when
     */
    public void add(Interval interval) {
        synchronized (lock) {
            intervals.add(interval);
        }
    }

    /** {@return what was added, by its beginning} */
    public List<Interval> intervals() {
        synchronized (lock) {
            return intervals.stream().sorted(BY_BEGINNING).toList();
        }
    }

    /** {@return every two that shared an instant, by the beginning of the first; of one holder as well} */
    public List<Overlap> overlaps() {
        List<Interval> all = intervals();
        List<Overlap> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Interval first = all.get(i);
            // Sorted by beginning: after the first that begins too late, all do.
            for (int j = i + 1; j < all.size() && first.covers(all.get(j).fromNanos()); j++) {
                Interval second = all.get(j);
                OptionalLong end = earlier(first.untilNanos(), second.untilNanos());
                if (end.isEmpty()) {
                    found.add(new Overlap(first, second, OptionalLong.empty()));
                } else if (end.getAsLong() - second.fromNanos() > 0) {
                    found.add(new Overlap(first, second, OptionalLong.of(end.getAsLong() - second.fromNanos())));
                }
            }
        }
        return List.copyOf(found);
    }

    private static OptionalLong earlier(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        return a.getAsLong() - b.getAsLong() <= 0 ? a : b;
    }

    /**
     * Fails if two intervals share an instant.
     *
     * @throws AssertionError naming who held together and for how long
     */
    public void assertNoOverlap() {
        List<Overlap> found = overlaps();
        if (!found.isEmpty()) {
            throw new AssertionError(subject + " was held by two at once " + found.size() + " times in "
                    + intervals().size() + " intervals:\n"
                    + found.stream().limit(SHOWN).map(overlap -> "  " + overlap).collect(Collectors.joining("\n"))
                    + (found.size() > SHOWN ? "\n  …" : ""));
        }
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }
}
