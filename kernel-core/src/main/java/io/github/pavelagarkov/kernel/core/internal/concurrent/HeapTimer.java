package io.github.pavelagarkov.kernel.core.internal.concurrent;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fires tasks at points of the clock, on one thread, never early.
 *
 * <p>A 4-ary heap behind one lock, which is held for a few comparisons at a time and never while a task fires. Wake-ups are
 * rounded up to the resolution, so that tasks which are due close together share one.
 *
 * <p>Single-use. Thread-safe.
 */
public final class HeapTimer {
    /** Something to do at a point of time; in one timer at a time. */
    public abstract static class Task {
        private @Nullable HeapTimer timer;
        private int index = -1;

        /**
         * Does it. Called on the timer's thread: must be short and must not block. May schedule itself again.
         * What it throws goes to the uncaught exception handler of the thread, and the timer goes on.
         *
         * @param nowNanos the clock, read for this wake-up
         */
        protected abstract void fire(long nowNanos);
    }

    private static final int ARITY = 4;

    private final KernelClock clock;
    private final long resolutionNanos;
    private final long longestParkNanos;
    private final Runnable afterFiring;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private Task[] heap = new Task[64];
    /** When each task of the heap fires. Beside it, because comparing would otherwise fetch a distant object each time. */
    private long[] points = new long[64];

    private int size;
    /** When the thread will look again; only meaningful while it is parked. INVARIANT: guarded by lock. */
    private long wakeAt;

    private boolean parked;
    private boolean stopped;

    /**
     * Creates a timer; {@link #start} starts its thread.
     *
     * @param clock tells the time
     * @param threads makes the thread
     * @param name of the thread
     * @param resolutionNanos wake-ups are rounded up to this; 0 for none
     */
    public HeapTimer(KernelClock clock, KernelThreads threads, String name, long resolutionNanos) {
        this(clock, threads, name, resolutionNanos, () -> {});
    }

    /**
     * {@return a timer that looks at its tasks every now and then although none is due; while it has none it sleeps}
     *
     * <p>A task that lies further ahead than that wakes nobody when it is put in: for who puts in timeouts that hardly ever
     * pass, on a path that hurries.
     *
     * @param clock tells the time
     * @param threads makes the thread
     * @param name of the thread
     * @param resolutionNanos wake-ups are rounded up to this; 0 for none
     * @param longestParkNanos the longest time between two looks
     */
    public static HeapTimer looking(
            KernelClock clock, KernelThreads threads, String name, long resolutionNanos, long longestParkNanos) {
        return new HeapTimer(clock, threads, name, resolutionNanos, longestParkNanos, () -> {});
    }

    /**
     * Creates a timer that says when it has fired everything that was due.
     *
     * @param clock tells the time
     * @param threads makes the thread
     * @param name of the thread
     * @param resolutionNanos wake-ups are rounded up to this; 0 for none
     * @param afterFiring called on the timer's thread after the last task of a wake-up, also when the timer was stopped
     *     meanwhile; as short as a task
     */
    public HeapTimer(
            KernelClock clock, KernelThreads threads, String name, long resolutionNanos, Runnable afterFiring) {
        this(clock, threads, name, resolutionNanos, Long.MAX_VALUE, afterFiring);
    }

    private HeapTimer(
            KernelClock clock,
            KernelThreads threads,
            String name,
            long resolutionNanos,
            long longestParkNanos,
            Runnable afterFiring) {
        this.clock = clock;
        this.resolutionNanos = resolutionNanos;
        this.longestParkNanos = longestParkNanos;
        this.afterFiring = afterFiring;
        this.thread = threads.newThread(name, this::loop);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /**
     * Puts a task in, or moves it if it is in.
     *
     * @param task the task
     * @param atNanos when to fire it; a point that has passed means at once
     * @return false if the timer has been stopped
     */
    public boolean schedule(Task task, long atNanos) {
        boolean wake;
        lock.lock();
        try {
            if (stopped) {
                return false;
            }
            if (task.timer == this && task.index >= 0) {
                move(task, atNanos);
            } else {
                insert(task, atNanos);
            }
            wake = parked && atNanos - wakeAt < 0;
            if (wake) {
                parked = false;
            }
        } finally {
            lock.unlock();
        }
        if (wake) {
            clock.unpark(thread);
        }
        return true;
    }

    /**
     * Takes a task out.
     *
     * @param task the task
     * @return whether it was in; if not it has fired, is firing, or never was
     */
    public boolean cancel(Task task) {
        lock.lock();
        try {
            if (stopped || task.timer != this || task.index < 0) {
                return false;
            }
            removeAt(task.index);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all tasks at once and ends the thread. Does not wait for a task that is firing. Idempotent. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            // Not emptied one by one: with 100,000 tasks that alone would take longer than a stop may.
            heap = new Task[1];
            points = new long[1];
            size = 0;
        } finally {
            lock.unlock();
        }
        clock.unpark(thread);
    }

    /** {@return whether the calling thread is this timer's} */
    public boolean isTimerThread() {
        return Thread.currentThread() == thread;
    }

    /** {@return how many tasks are in} */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        boolean fired = false;
        while (true) {
            long now = clock.nanoTime();
            Task due = null;
            long until = 0;
            lock.lock();
            try {
                parked = false;
                if (size > 0 && now - points[0] >= 0) {
                    due = heap[0];
                    removeAt(0);
                } else if (!fired) {
                    if (stopped) {
                        return;
                    }
                    until = size == 0 ? Deadlines.never(now) : nextLook(now);
                    wakeAt = until;
                    parked = true;
                }
            } finally {
                lock.unlock();
            }
            if (due != null || fired) {
                // What comes after firing takes time too: then the heap is looked at once more before the thread parks.
                fire(due, now);
                fired = due != null;
            } else {
                park(until);
            }
        }
    }

    private void fire(@Nullable Task due, long now) {
        try {
            if (due != null) {
                due.fire(now);
            } else {
                afterFiring.run();
            }
        } catch (Throwable e) {
            // Told as if it had ended the thread, but it must not: the thread belongs to all tasks.
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private void park(long until) {
        try {
            clock.park(until);
        } catch (InterruptedException e) {
            // Nobody may interrupt this thread: it belongs to all tasks. The flag is cleared and the loop goes on.
            return;
        }
    }

    private long nextLook(long now) {
        long next = roundedUp(points[0]);
        return next - now > longestParkNanos ? now + longestParkNanos : next;
    }

    private long roundedUp(long at) {
        if (resolutionNanos == 0) {
            return at;
        }
        return at + (resolutionNanos - Math.floorMod(at, resolutionNanos)) % resolutionNanos;
    }

    private void insert(Task task, long atNanos) {
        task.timer = this;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
            points = Arrays.copyOf(points, size * 2);
        }
        siftUp(size++, task, atNanos);
    }

    /** In place: a task that is moved a little stays near where it was. */
    private void move(Task task, long atNanos) {
        if (atNanos - points[task.index] >= 0) {
            siftDown(task.index, task, atNanos);
        } else {
            siftUp(task.index, task, atNanos);
        }
    }

    private void siftUp(int start, Task task, long at) {
        int i = start;
        while (i > 0) {
            int parent = (i - 1) / ARITY;
            if (at - points[parent] >= 0) {
                break;
            }
            put(i, heap[parent], points[parent]);
            i = parent;
        }
        put(i, task, at);
    }

    private void siftDown(int start, Task task, long at) {
        int i = start;
        while (true) {
            int first = ARITY * i + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            for (int child = first + 1; child < Math.min(first + ARITY, size); child++) {
                if (points[child] - points[least] < 0) {
                    least = child;
                }
            }
            if (points[least] - at >= 0) {
                break;
            }
            put(i, heap[least], points[least]);
            i = least;
        }
        put(i, task, at);
    }

    @SuppressWarnings("NullAway") // The slot behind the last task is emptied for the garbage collector.
    private void removeAt(int index) {
        heap[index].index = -1;
        Task last = heap[--size];
        long at = points[size];
        heap[size] = null;
        if (index < size) {
            siftDown(index, last, at);
            if (last.index == index) {
                siftUp(index, last, at);
            }
        }
    }

    private void put(int index, Task task, long at) {
        heap[index] = task;
        points[index] = at;
        task.index = index;
    }
}
