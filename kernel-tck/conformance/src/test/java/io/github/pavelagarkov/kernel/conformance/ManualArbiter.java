package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.leader.ManualLeaderElector;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/**
 * Does for manual electors what a test does, without end: whenever nobody leads an election, it is granted to a candidate. So
 * the suite can ask them for the rules of electors.
 */
final class ManualArbiter implements TckBackend, AutoCloseable {
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();
    private static final String STRANGER = "stranger";

    private final KernelClock clock;
    private final Thread loop;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. By identity. */
    private final Map<String, ManualLeaderElector> electors = new LinkedHashMap<>();

    private final Set<String> cut = new LinkedHashSet<>();
    /** Until when an election is not free, although none of the candidates leads it. */
    private final Map<String, Long> takenUntil = new HashMap<>();

    private boolean down;
    private volatile boolean closed;

    ManualArbiter(TckSetup setup) {
        clock = setup.clock();
        loop = setup.threads().newThread(this::loop);
        loop.start();
    }

    LeaderElector elector(TckNode node) {
        ManualLeaderElector elector =
                new ManualLeaderElector(node.identity(), node.clock(), node.threads(), node.listener());
        synchronized (lock) {
            electors.put(node.identity(), elector);
            if (down) {
                elector.cutOff(new IOException("the arbiter is down"));
            }
        }
        return elector;
    }

    private void loop() {
        while (!closed) {
            synchronized (lock) {
                elections().forEach(this::grantIfFree);
            }
            try {
                clock.park(clock.nanoTime() + LOOK_NANOS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Set<String> elections() {
        Set<String> names = new LinkedHashSet<>();
        electors.values().forEach(elector -> elector.elections().forEach(election -> names.add(election.name())));
        return names;
    }

    private void grantIfFree(String election) {
        boolean taken = clock.nanoTime() - takenUntil.getOrDefault(election, clock.nanoTime()) < 0;
        if (taken || leads(election)) {
            return;
        }
        for (Map.Entry<String, ManualLeaderElector> candidate : electors.entrySet()) {
            if (grant(candidate.getValue(), election)) {
                return;
            }
        }
        electors.values().forEach(elector -> elector.electNobody(election));
    }

    private boolean leads(String election) {
        return electors.values().stream()
                .anyMatch(elector ->
                        elector.election(election).filter(Election::isLeader).isPresent());
    }

    private boolean grant(ManualLeaderElector candidate, String election) {
        try {
            candidate.grant(election);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Not joined, or it cannot lead now.
            return false;
        }
        candidate.election(election).flatMap(Election::term).ifPresent(term -> {
            LeaderInfo leader = new LeaderInfo(term.identity(), OptionalLong.of(term.fencingToken()));
            electors.values().stream()
                    .filter(elector -> elector != candidate)
                    .forEach(elector -> elector.electOther(election, leader));
        });
        return true;
    }

    @Override
    public void down() {
        synchronized (lock) {
            down = true;
            electors.keySet().forEach(this::cutOff);
        }
    }

    @Override
    public void up() {
        synchronized (lock) {
            down = false;
            electors.entrySet().stream()
                    .filter(node -> !cut.contains(node.getKey()))
                    .forEach(node -> node.getValue().reconnect());
        }
    }

    /** INVARIANT: called with the lock held. */
    private ManualLeaderElector elector(String identity) {
        return Objects.requireNonNull(electors.get(identity), identity);
    }

    /** INVARIANT: called with the lock held. */
    private void cutOff(String identity) {
        ManualLeaderElector elector = elector(identity);
        for (Election led : elector.elections()) {
            if (led.isLeader()) {
                takenUntil.put(
                        led.name(),
                        clock.nanoTime() + led.spec().timing().lease().toNanos());
            }
        }
        elector.cutOff(new IOException("the arbiter does not answer"));
    }

    @Override
    public void loseData() {
        // Nothing is kept here but who is away until when, which is as long as its lease would be trusted elsewhere.
    }

    @Override
    public void delete(LeaseKey key) {
        synchronized (lock) {
            electors.values().forEach(elector -> elector.electNobody(key.name()));
        }
    }

    @Override
    public void takeOver(LeaseKey key, Duration ttl) {
        synchronized (lock) {
            takenUntil.put(key.name(), clock.nanoTime() + ttl.toNanos());
            electors.values()
                    .forEach(elector -> elector.electOther(key.name(), new LeaderInfo(STRANGER, OptionalLong.empty())));
        }
    }

    @Override
    public void corrupt(LeaseKey key) {
        throw new TestAbortedException("manual electors have no keys that could be broken");
    }

    @Override
    public Link link(TckNode node) {
        return new Link() {
            @Override
            public void cut() {
                synchronized (lock) {
                    cut.add(node.identity());
                    cutOff(node.identity());
                }
            }

            @Override
            public void loseReplies() {
                throw calls();
            }

            @Override
            public void delayReplies(Duration by) {
                throw calls();
            }

            @Override
            public void loseNotifications() {
                throw calls();
            }

            private TestAbortedException calls() {
                return new TestAbortedException("manual electors make no calls that could be delayed or lost");
            }

            @Override
            public void heal() {
                synchronized (lock) {
                    cut.remove(node.identity());
                    if (!down) {
                        elector(node.identity()).reconnect();
                    }
                }
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        clock.unpark(loop);
    }
}
