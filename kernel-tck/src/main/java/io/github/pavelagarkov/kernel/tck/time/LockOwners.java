package io.github.pavelagarkov.kernel.tck.time;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.function.LongPredicate;

/** Knows who holds the monitor that a thread waits for. Thread-safe. */
final class LockOwners {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private LockOwners() {}

    /**
     * {@return whether a thread waits for a monitor that somebody is about to leave: somebody at work of whom nothing else is
     * known, as one who loads a class}
     *
     * @param blocked the thread
     * @param isKnown whether a thread is looked at by itself, or is the one that asks
     */
    static boolean isHeldByStrangerAtWork(Thread blocked, LongPredicate isKnown) {
        ThreadInfo info = THREADS.getThreadInfo(blocked.getId());
        if (info == null || info.getThreadState() != Thread.State.BLOCKED) {
            // It has got the monitor since, and goes on.
            return true;
        }
        long owner = info.getLockOwnerId();
        if (owner < 0) {
            return true;
        }
        ThreadInfo other = isKnown.test(owner) ? null : THREADS.getThreadInfo(owner);
        return other != null && other.getThreadState() == Thread.State.RUNNABLE;
    }
}
