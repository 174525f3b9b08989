package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.cron.CronExpression;
import org.jspecify.annotations.Nullable;

/**
 * The points of one cron job, by the wall clock; never the same one twice, whatever the clock does.
 *
 * <p>INVARIANT: guarded by the engine's lock.
 */
final class CronPoints {
    private static final long NEVER = Long.MAX_VALUE;
    /** More are not counted one by one: a job every second that slept for a day. */
    private static final int COUNTED = 1_000;

    /**
     * Points that have been reached.
     *
     * @param recovered it lay before the start and is made up for
     * @param lastIsNow the last of them is due at this very moment
     */
    record Passed(
            long firstMillis, long lastMillis, long count, long lateMillis, boolean recovered, boolean lastIsNow) {}

    private final CronExpression expression;
    /** The last point that was used up; nothing at or before it is ever used again. */
    private long usedMillis = Long.MIN_VALUE;

    private long nextMillis = NEVER;
    private long lookedMillis;
    private long shiftMillis;
    private boolean recovering;

    CronPoints(CronExpression expression) {
        this.expression = expression;
    }

    void begin(long wallMillis, long shift, long recoverMillis) {
        lookedMillis = wallMillis;
        shiftMillis = shift;
        recovering = false;
        if (recoverMillis > 0) {
            long last = expression.lastWithin(wallMillis - recoverMillis, wallMillis);
            if (last != CronExpression.NONE && last > usedMillis) {
                nextMillis = last;
                recovering = true;
                return;
            }
        }
        nextMillis = after(wallMillis);
    }

    /** Forgets the points up to now. */
    void skipTo(long wallMillis) {
        lookedMillis = wallMillis;
        recovering = false;
        nextMillis = after(wallMillis);
    }

    boolean hasNext() {
        return nextMillis != NEVER;
    }

    long nextMillis() {
        return nextMillis + shiftMillis;
    }

    long millisLeft() {
        return Math.max(0, nextMillis() - lookedMillis);
    }

    /** {@return the points that have been reached since the last look; null if there is none} */
    @Nullable
    Passed look(long wallMillis) {
        if (wallMillis < lookedMillis && !recovering) {
            // Set back: points that were skipped when it was set forward may be ahead again.
            nextMillis = after(wallMillis);
        }
        lookedMillis = wallMillis;
        if (!hasNext() || wallMillis < nextMillis()) {
            return null;
        }
        long first = nextMillis;
        long last = first;
        long count = 1;
        long until = wallMillis - shiftMillis;
        for (long point = after(last); point <= until && count < COUNTED; point = after(last)) {
            last = point;
            count++;
        }
        boolean lastIsNow = last == until;
        boolean recovered = recovering;
        recovering = false;
        usedMillis = count < COUNTED ? last : until;
        nextMillis = after(usedMillis);
        return new Passed(first, last, count, wallMillis - shiftMillis - first, recovered, lastIsNow);
    }

    private long after(long millis) {
        long next = expression.nextAfter(Math.max(millis, usedMillis));
        return next == CronExpression.NONE ? NEVER : next;
    }
}
