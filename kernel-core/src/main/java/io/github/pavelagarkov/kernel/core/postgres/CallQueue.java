package io.github.pavelagarkov.kernel.core.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls that wait for the one thread, in order and bounded. Those of one kind that stand behind each other leave
 * together, as one statement: a transaction is a write to the disk, and after an outage all elections ask at once.
 * Thread-safe.
 */
final class CallQueue {
    /** What ten thousand elections ask at a time, and then some. */
    static final int CAPACITY = 16_384;

    private static final int LARGEST = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** INVARIANT: guarded by lock, as is the flag. */
    private final Deque<Call> waiting = new ArrayDeque<>();

    private boolean closed;

    /** {@return whether it was taken; it is not if the queue is full or closed} */
    boolean offer(Call call) {
        lock.lock();
        try {
            if (closed || waiting.size() >= CAPACITY) {
                return false;
            }
            waiting.add(call);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** {@return the next calls, all of one kind; none if the queue was closed} */
    List<Call> take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.await();
            }
            List<Call> turn = new ArrayList<>();
            if (waiting.peek() instanceof Call.Holder) {
                takeHolders(turn);
            }
            int size = 0;
            while (!waiting.isEmpty() && fits(turn, size, waiting.element())) {
                Call next = waiting.remove();
                turn.add(next);
                size += size(next);
            }
            return turn;
        } finally {
            lock.unlock();
        }
    }

    /**
     * All of them, also those behind other calls: however many ask who leads, a renewal waits for one statement. Calls that
     * wait at the same time have no order that anybody could rely on.
     */
    private void takeHolders(List<Call> turn) {
        boolean unused = waiting.removeIf(call -> call instanceof Call.Holder && turn.add(call));
    }

    private static boolean fits(List<Call> turn, int size, Call next) {
        return turn.isEmpty() || (next.getClass() == turn.get(0).getClass() && size + size(next) <= LARGEST);
    }

    private static int size(Call call) {
        return call instanceof Call.Lease lease ? lease.batch().size() : 1;
    }

    /** {@return the calls that nobody will answer} */
    List<Call> close() {
        lock.lock();
        try {
            closed = true;
            List<Call> left = List.copyOf(waiting);
            waiting.clear();
            changed.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
