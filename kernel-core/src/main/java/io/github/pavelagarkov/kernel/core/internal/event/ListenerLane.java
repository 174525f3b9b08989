package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The queue and the thread of one listener. Thread-safe. */
final class ListenerLane {
    private static final int CAPACITY = 1024;

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
    private final ListenerTroubles troubles;
    private final Thread thread;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. */
    private final ArrayDeque<KernelEvent> queue = new ArrayDeque<>();

    private boolean parked;
    private boolean finishing;
    private boolean ended;

    ListenerLane(
            String name,
            KernelListener listener,
            KernelClock clock,
            KernelThreads threads,
            Reporter reporter,
            Runnable onEnd) {
        this.listener = listener;
        this.clock = clock;
        this.reporter = reporter;
        this.onEnd = onEnd;
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
            wake = parked;
            parked = false;
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
            synchronized (lock) {
                KernelEvent next = queue.pollFirst();
                if (next != null || finishing) {
                    return next;
                }
                parked = true;
            }
            park();
            reporter.report(this, false);
        }
    }

    private void park() {
        long now = clock.nanoTime();
        long report = troubles.nextReport(now);
        try {
            // A report that is overdue has nobody to go to yet: it waits for the next event, not in a loop.
            clock.park(report - now > 0 ? report : Deadlines.never(now));
        } catch (InterruptedException e) {
            // A listener has interrupted its own thread. The flag is cleared: the thread belongs to the lane.
            return;
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
