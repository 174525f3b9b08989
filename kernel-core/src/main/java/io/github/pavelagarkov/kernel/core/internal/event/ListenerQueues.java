package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Carries events to listeners, each on a bounded queue and a daemon thread of its own.
 *
 * <p>Single-use: after {@link #close} events are dropped. Thread-safe.
 */
public final class ListenerQueues implements Events, AutoCloseable {
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(1);

    /** For people and panels an instant; at 10,000 runs a second a hundred of them. */
    private static final Duration GATHER = Duration.ofMillis(10);

    private final KernelClock clock;
    private final Duration gather;
    private final KernelThreads threads;
    private final ClockGate ended;
    private final List<ListenerLane> lanes = new CopyOnWriteArrayList<>();
    private final ListenerTroubles makers = new ListenerTroubles("event-maker");
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock. */
    private boolean closed;

    private ListenerQueues(KernelClock clock, KernelThreads threads, Duration gather) {
        this.clock = clock;
        this.gather = gather;
        this.threads = threads;
        this.ended = new ClockGate(clock);
    }

    /**
     * {@return queues without a listener}
     *
     * @param clock its threads wait by it
     * @param threads makes a thread for each listener
     */
    public static ListenerQueues create(KernelClock clock, KernelThreads threads) {
        return gathering(clock, threads, gatherBy(clock));
    }

    /** A test that moves its clock to a point wants to know what was told at that point, and not a moment later. */
    static Duration gatherBy(KernelClock clock) {
        return clock == KernelClock.system() ? GATHER : Duration.ZERO;
    }

    /**
     * {@return queues without a listener}
     *
     * @param gather how long ends of runs may gather where they come thick; zero if they may not
     */
    static ListenerQueues gathering(KernelClock clock, KernelThreads threads, Duration gather) {
        return new ListenerQueues(clock, threads, gather);
    }

    /**
     * Adds a listener. It is told what is published from now on.
     *
     * @param name of its thread and in reports of its troubles; {@code [a-z][a-z0-9-]{0,62}}
     * @param listener who is told
     * @return ends it: what is still in its queue is dropped
     * @throws IllegalStateException if the queues are closed, or no thread can be had
     */
    public Registration add(String name, KernelListener listener) {
        Check.name("listener name", name);
        Check.notNull("listener '" + name + "'", listener);
        ListenerLane lane = new ListenerLane(name, listener, clock, threads, this::report, ended::signalAll, gather);
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("listener '" + name + "' cannot be added: the event queues are closed");
            }
            lane.start();
            lanes.add(lane);
        }
        return () -> {
            boolean removed = lanes.remove(lane);
            if (removed) {
                lane.drop();
            }
            return removed;
        };
    }

    @Override
    public void publish(Supplier<? extends KernelEvent> event) {
        if (lanes.isEmpty()) {
            return;
        }
        KernelEvent made;
        try {
            made = event.get();
        } catch (Throwable e) {
            // An engine must not stumble over its own report: what could not be said is said as such.
            makers.failed(e);
            makers.takeDue(clock.nanoTime()).ifPresent(trouble -> lanes.forEach(lane -> lane.offer(trouble)));
            return;
        }
        for (ListenerLane lane : lanes) {
            lane.offer(made);
        }
    }

    /** Tells the others what a listener got wrong. Without others it stays counted. */
    private void report(ListenerLane troubled, boolean atOnce) {
        if (!troubled.troubles().areThere()) {
            return;
        }
        List<ListenerLane> others =
                lanes.stream().filter(lane -> lane != troubled).toList();
        if (others.isEmpty()) {
            return;
        }
        long now = clock.nanoTime();
        (atOnce ? troubled.troubles().take(now) : troubled.troubles().takeDue(now))
                .ifPresent(trouble -> others.forEach(lane -> lane.offer(trouble)));
    }

    /**
     * Takes no more events, lets the listeners work off what they have, and ends their threads. Called again, it only waits.
     *
     * @param atMost how long to wait; what is left then is dropped and a listener that hangs is interrupted
     * @return whether everything was delivered
     */
    public boolean close(Duration atMost) {
        long until = Deadlines.after(clock, atMost);
        boolean first;
        synchronized (lock) {
            first = !closed;
            closed = true;
        }
        if (first) {
            lanes.forEach(lane -> report(lane, true));
            lanes.forEach(ListenerLane::finish);
        }
        boolean delivered = awaitLanes(until);
        lanes.forEach(ListenerLane::abandon);
        lanes.clear();
        return delivered;
    }

    private boolean awaitLanes(long until) {
        try {
            return ended.await(() -> lanes.stream().allMatch(ListenerLane::hasEnded), until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes within one second. */
    @Override
    public void close() {
        close(CLOSE_AT_MOST);
    }
}
