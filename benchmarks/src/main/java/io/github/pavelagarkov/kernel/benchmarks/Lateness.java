package io.github.pavelagarkov.kernel.benchmarks;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of latenesses, exact to 1.6 %, that costs no memory while it counts. Thread-safe. */
final class Lateness {
    /** Steps per power of two. */
    private static final int STEP_BITS = 6;

    private final AtomicLongArray buckets = new AtomicLongArray(64 << STEP_BITS);
    private final AtomicLong ticks = new AtomicLong();
    private final AtomicLong early = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();

    /**
     * The points of one job. Its runs come one after the other, so nothing here is shared at a time.
     */
    final class Job {
        private final long firstNanos;
        private final long periodNanos;
        private long lastPoint = -1;

        Job(long firstNanos, long periodNanos) {
            this.firstNanos = firstNanos;
            this.periodNanos = periodNanos;
        }

        /** Counts a run, by the point of the grid it can stand for. */
        void run(long originNanos) {
            long since = System.nanoTime() - originNanos - firstNanos;
            long point = Math.floorDiv(since, periodNanos);
            long late = since - point * periodNanos;
            ticks.incrementAndGet();
            if (point < 0 || (point == lastPoint && late > periodNanos / 2)) {
                early.incrementAndGet();
            } else if (point == lastPoint) {
                // The point before it, later than a period.
                record(late + periodNanos);
            } else {
                record(late);
                missed.addAndGet(point - lastPoint - 1);
                lastPoint = point;
            }
        }
    }

    private void record(long nanos) {
        buckets.incrementAndGet(bucket(nanos));
    }

    private static int bucket(long nanos) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(nanos | 1) - STEP_BITS);
        return (shift << STEP_BITS) + (int) (nanos >>> shift);
    }

    private static long lowest(int bucket) {
        int shift = Math.max(0, (bucket >> STEP_BITS) - 1);
        return (long) (bucket - (shift << STEP_BITS)) << shift;
    }

    /** Forgets the times and the ticks, not what must not happen at all. */
    void clearTimes() {
        for (int i = 0; i < buckets.length(); i++) {
            buckets.set(i, 0);
        }
        ticks.set(0);
    }

    long ticks() {
        return ticks.get();
    }

    long early() {
        return early.get();
    }

    long missed() {
        return missed.get();
    }

    /** {@return the lateness below which a share of the ticks lies, in milliseconds} */
    double millis(double share) {
        long all = 0;
        for (int i = 0; i < buckets.length(); i++) {
            all += buckets.get(i);
        }
        long wanted = (long) (all * share);
        long seen = 0;
        for (int i = 0; i < buckets.length(); i++) {
            seen += buckets.get(i);
            if (seen > wanted) {
                return lowest(i) / 1e6;
            }
        }
        return Double.NaN;
    }
}
