package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The queue and the thread of one listener.
 *
 * <p>An event wakes the thread. Ends of runs are the exception where they come thick: waking a thread for each costs more than
 * the run, so the thread lets some gather, for a few milliseconds, as long as none but they come. Thread-safe.
 */
final class ListenerLane {
    private static final int CAPACITY = 1024;

    /** So many are worked off before their time, long before one is lost. */
    private static final int ENOUGH = CAPACITY / 4;

    /** What the thread of a lane waits for. */
    private enum Rest {
        /** It works. */
        NONE,
        /** Any event wakes it. */
        DEEP,
        /** Ends of runs gather meanwhile. */
        GATHERING
    }

    /** Tells the other listeners what this one got wrong. */
    @FunctionalInterface
    interface Reporter {
        /**
         * Tells them, if it is time.
         *
         * @param troubled the lane
         * @param atOnce whether not to hold back because of an earlier report
         */
        void report(ListenerLane troubled, boolean atOnce);
    }

    private final KernelListener listener;
    private final KernelClock clock;
    private final Reporter reporter;
    private final Runnable onEnd;
    private final long gatherNanos;
    private final ListenerTroubles troubles;
    private final Thread thread;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. */
    private final ArrayDeque<KernelEvent> queue = new ArrayDeque<>();

    private Rest rest = Rest.NONE;
    private boolean finishing;
    private boolean ended;

    /** Whether some came soon after the thread had begun to rest. Belongs to the thread of the lane. */
    private boolean thick;

    ListenerLane(
            String name,
            KernelListener listener,
            KernelClock clock,
            KernelThreads threads,
            Reporter reporter,
            Runnable onEnd,
            Duration gather) {
        this.listener = listener;
        this.clock = clock;
        this.reporter = reporter;
        this.onEnd = onEnd;
        this.gatherNanos = gather.toNanos();
        this.troubles = new ListenerTroubles(name);
        this.thread = threads.newThread("kernel-events-" + name, this::loop);
    }

    void start() {
        thread.start();
    }

    ListenerTroubles troubles() {
        return troubles;
    }

    void offer(KernelEvent event) {
        boolean overflow;
        boolean wake;
        synchronized (lock) {
            if (finishing) {
                return;
            }
            overflow = queue.size() == CAPACITY;
            if (overflow) {
                queue.removeFirst();
            }
            queue.addLast(event);
            wake = rest == Rest.DEEP || (rest == Rest.GATHERING && !mayGather(event));
            if (wake) {
                rest = Rest.NONE;
            }
        }
        if (wake) {
            clock.unpark(thread);
        }
        if (overflow) {
            troubles.dropped();
            // Outside the lock: the report goes to other lanes, and they may report to this one.
            reporter.report(this, false);
        }
    }

    /** INVARIANT: called with the lock held. */
    private boolean mayGather(KernelEvent event) {
        return event instanceof JobEvent.Finished && queue.size() < ENOUGH;
    }

    /** Takes nothing more; the thread ends when the queue is empty. */
    void finish() {
        synchronized (lock) {
            finishing = true;
        }
        clock.unpark(thread);
    }

    /** Forgets the queue; the thread ends after the call it is in. */
    void drop() {
        synchronized (lock) {
            finishing = true;
            queue.clear();
        }
        clock.unpark(thread);
    }

    /** The same, and interrupts a call that is still going on. */
    void abandon() {
        synchronized (lock) {
            finishing = true;
            queue.clear();
            if (!ended) {
                thread.interrupt();
            }
        }
        clock.unpark(thread);
    }

    boolean hasEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    private void loop() {
        try {
            while (true) {
                KernelEvent next = take();
                if (next == null) {
                    return;
                }
                deliver(next);
                reporter.report(this, false);
            }
        } finally {
            synchronized (lock) {
                ended = true;
            }
            onEnd.run();
        }
    }

    private @Nullable KernelEvent take() {
        while (true) {
            Rest next;
            synchronized (lock) {
                KernelEvent event = queue.pollFirst();
                if (event != null || finishing) {
                    return event;
                }
                next = thick ? Rest.GATHERING : Rest.DEEP;
                rest = next;
            }
            rest(next);
            reporter.report(this, false);
        }
    }

    private void rest(Rest how) {
        long since = clock.nanoTime();
        boolean awake = park(since, how == Rest.GATHERING ? since + gatherNanos : Deadlines.never(since));
        boolean some;
        synchronized (lock) {
            rest = Rest.NONE;
            some = !queue.isEmpty();
        }
        thick = awake && some && (how == Rest.GATHERING || clock.nanoTime() - since < gatherNanos);
    }

    /** {@return whether it has parked; not if it was interrupted} */
    private boolean park(long now, long until) {
        long report = troubles.nextReport(now);
        try {
            // A report that is overdue has nobody to go to yet: it waits for the next event, not in a loop.
            clock.park(report - now > 0 && report - until < 0 ? report : until);
            return true;
        } catch (InterruptedException e) {
            // A listener has interrupted its own thread. The flag is cleared: the thread belongs to the lane.
            return false;
        }
    }

    private void deliver(KernelEvent event) {
        try {
            listener.onEvent(event);
        } catch (Throwable e) {
            troubles.failed(e);
        }
    }
}
