package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Nodes, a network and a store on one thread and one true time. Every choice comes from the seed, so a failure can be run
 * again. Not thread-safe.
 */
final class SimulatedWorld {
    private record Event(long at, long order, Runnable step) {}

    private static final int TRACE = 120;

    final SplittableRandom random;
    final SimulatedStore store;
    final List<SimulatedNode> nodes = new ArrayList<>();
    private final long seed;
    private final boolean tracing;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private final Deque<String> trace = new ArrayDeque<>();
    private long now;
    private long order;
    /** The store has lost data: until the leases of before have run out two nodes may lead. */
    private long excusedUntil;

    /** Until then a node that knows nothing of the leases of before may take one of them. */
    private long lossUntil;

    private boolean covered;

    private boolean calm;
    private long lastToken;

    SimulatedWorld(long seed, boolean tracing) {
        this.seed = seed;
        this.tracing = tracing;
        this.random = new SplittableRandom(seed);
        this.store = new SimulatedStore(this);
    }

    long now() {
        return now;
    }

    boolean calm() {
        return calm;
    }

    void calmDown() {
        calm = true;
    }

    void excuse(Duration howLong) {
        excusedUntil = Math.max(excusedUntil, now + howLong.toNanos());
    }

    boolean excused() {
        return now < excusedUntil;
    }

    /**
     * The store is restarted and has lost its data. Two may lead only if one of them could not know: it has just begun, was cut
     * off already, or hears of the restart too late.
     */
    void restartEmpty(Duration downFor, Duration lease) {
        Duration most = lease.multipliedBy(2).plus(downFor);
        lossUntil = Math.max(lossUntil, now + most.toNanos());
        if (!nodes.stream().filter(SimulatedNode::isUp).allMatch(node -> node.knowsOfALeader() && !node.isPaused())) {
            excuse(most);
        }
        after(downFor.toNanos(), () -> {
            if (nodes.stream().anyMatch(SimulatedNode::isPaused)) {
                excuse(most);
            }
        });
        store.restartEmpty(downFor.toNanos());
        after(downFor.toNanos(), () -> covered |= !excused());
    }

    /** {@return whether the store lost its data at a time when nobody is excused for it} */
    boolean covered() {
        return covered;
    }

    void booted() {
        if (now < lossUntil) {
            excusedUntil = Math.max(excusedUntil, lossUntil);
        }
    }

    void after(long delay, Runnable step) {
        events.add(new Event(now + Math.max(0, delay), order++, step));
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    long between(Duration least, Duration most) {
        return random.nextLong(least.toNanos(), most.toNanos() + 1);
    }

    /** How long a message is under way; negative if it never arrives. */
    long flight() {
        long usual = between(Duration.ofNanos(50_000), Duration.ofMillis(3));
        if (calm) {
            return usual;
        }
        double dice = random.nextDouble();
        if (dice < 0.06) {
            return -1;
        }
        if (dice < 0.12) {
            return between(Duration.ofMillis(3), Duration.ofSeconds(6));
        }
        return dice < 0.3 ? between(Duration.ofMillis(3), Duration.ofMillis(300)) : usual;
    }

    void runUntil(long until) {
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event next = events.poll();
            now = next.at();
            next.step().run();
            checkOneLeader();
        }
        now = until;
        checkOneLeader();
    }

    private void checkOneLeader() {
        SimulatedNode leader = null;
        for (SimulatedNode node : nodes) {
            if (node.leads()) {
                if (leader != null && !excused()) {
                    throw failure(leader + " and " + node + " lead at the same time");
                }
                leader = node;
            }
        }
    }

    /** Checks what must be true of all others when a node is elected. */
    void elected(SimulatedNode node, Term term) {
        if (term.fencingToken() <= lastToken && !excused()) {
            throw failure(node + " is elected with token " + term.fencingToken() + " after " + lastToken);
        }
        lastToken = Math.max(lastToken, term.fencingToken());
        for (SimulatedNode other : nodes) {
            if (other != node && other.mustNotWorkBeside() && !excused()) {
                throw failure(node + " is elected while the obedient work of " + other + " still runs");
            }
        }
    }

    boolean somebodyLeads() {
        return nodes.stream().anyMatch(SimulatedNode::leads);
    }

    void trace(Supplier<String> line) {
        if (tracing) {
            trace.addLast(Duration.ofNanos(now) + " " + line.get());
            if (trace.size() > TRACE) {
                trace.removeFirst();
            }
        }
    }

    AssertionError failure(String what) {
        return new AssertionError("seed " + seed + " at " + Duration.ofNanos(now) + ": " + what
                + (tracing ? "\n  " + String.join("\n  ", trace) : ""));
    }
}
