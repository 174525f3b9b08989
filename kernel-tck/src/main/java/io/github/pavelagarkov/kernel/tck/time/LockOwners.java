package io.github.pavelagarkov.kernel.tck.time;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Knows who holds the monitor that a thread waits for. Not thread-safe.
 *
 * <p>A stranger at work, as one who loads a class, will leave the monitor in a moment. One who waits in native code for a
 * network looks the same, so nobody is waited for longer than a moment.
 */
final class LockOwners {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long MOMENT_NANOS = 2_000_000_000;

    /** Since when a thread has been seen to wait for a stranger, without a look in between that saw anything else. */
    private final Map<Thread, Long> since = new HashMap<>();

    /**
     * {@return whether a thread waits for a monitor that somebody of whom nothing else is known is about to leave}
     *
     * @param blocked the thread
     * @param isKnown whether a thread is looked at by itself, or is the one that asks
     */
    boolean isHeldForAMoment(Thread blocked, LongPredicate isKnown) {
        if (!isHeldByStrangerAtWork(blocked, isKnown)) {
            since.remove(blocked);
            return false;
        }
        long now = System.nanoTime();
        return now - since.computeIfAbsent(blocked, thread -> now) < MOMENT_NANOS;
    }

    void forget(Thread thread) {
        since.remove(thread);
    }

    private static boolean isHeldByStrangerAtWork(Thread blocked, LongPredicate isKnown) {
        ThreadInfo info = THREADS.getThreadInfo(blocked.getId());
        // Nothing is known of a virtual thread, nor of a monitor between two owners.
        if (info == null || info.getLockOwnerId() < 0 || isKnown.test(info.getLockOwnerId())) {
            return false;
        }
        ThreadInfo owner = THREADS.getThreadInfo(info.getLockOwnerId());
        return owner != null && owner.getThreadState() == Thread.State.RUNNABLE;
    }
}
