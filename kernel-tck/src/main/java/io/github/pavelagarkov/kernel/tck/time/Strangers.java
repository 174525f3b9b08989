package io.github.pavelagarkov.kernel.tck.time;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether a thread waits for a stranger, one of whom the clock knows nothing: for a monitor that it holds, or for its
 * end. Not thread-safe.
 *
 * <p>A stranger at work, as one who loads a class or a server's that ends, will be done in a moment. One who waits in native
 * code for a network looks the same, so nobody is waited for longer than a moment.
 */
final class Strangers {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long MOMENT_NANOS = 2_000_000_000;

    /** Since when a thread has been seen to wait for a stranger, without a look in between that saw anything else. */
    private final Map<Thread, Long> since = new HashMap<>();

    /**
     * {@return whether a thread waits for a stranger who will be done in a moment}
     *
     * @param waiting the thread
     * @param isKnown whether a thread is looked at by itself, or is the one that asks
     */
    boolean willBeDoneFor(Thread waiting, LongPredicate isKnown) {
        if (!isWaitingForOneAtWork(waiting, isKnown)) {
            since.remove(waiting);
            return false;
        }
        long now = System.nanoTime();
        return now - since.computeIfAbsent(waiting, thread -> now) < MOMENT_NANOS;
    }

    void forget(Thread thread) {
        since.remove(thread);
    }

    private static boolean isWaitingForOneAtWork(Thread waiting, LongPredicate isKnown) {
        // Parked threads, which are most of those that wait, have a blocker and join nobody.
        if (waiting.getState() != Thread.State.BLOCKED && LockSupport.getBlocker(waiting) != null) {
            return false;
        }
        ThreadInfo info = THREADS.getThreadInfo(waiting.getId());
        // Nothing is known of a virtual thread.
        if (info == null) {
            return false;
        }
        return switch (info.getThreadState()) {
            // So the JVM calls one that waits for a monitor between two owners, or has been notified: on its way.
            case RUNNABLE -> true;
            case BLOCKED -> isHeldUp(info.getLockOwnerId(), isKnown);
            case WAITING, TIMED_WAITING -> isJoining(info.getLockInfo(), isKnown);
            default -> false;
        };
    }

    private static boolean isHeldUp(long owner, LongPredicate isKnown) {
        return owner > 0 && !isKnown.test(owner) && isAtWork(owner);
    }

    /** Who joins a thread waits for a notice from that object. */
    private static boolean isJoining(@Nullable LockInfo waitsFor, LongPredicate isKnown) {
        return waitsFor != null
                && everybody()
                        .filter(thread -> thread.getClass().getName().equals(waitsFor.getClassName())
                                && System.identityHashCode(thread) == waitsFor.getIdentityHashCode())
                        .mapToLong(Thread::getId)
                        .anyMatch(id -> !isKnown.test(id) && isAtWork(id));
    }

    private static boolean isAtWork(long id) {
        ThreadInfo info = THREADS.getThreadInfo(id);
        return info != null && info.getThreadState() == Thread.State.RUNNABLE;
    }

    private static Stream<Thread> everybody() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        // With room for some that begin meanwhile: more are left out, and are seen at the next look.
        Thread[] found = new Thread[root.activeCount() + 16];
        return Arrays.stream(found, 0, root.enumerate(found));
    }
}
