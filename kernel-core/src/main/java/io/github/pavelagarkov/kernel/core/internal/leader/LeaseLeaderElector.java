package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes part in any number of elections over one store, with one timer thread. */
public final class LeaseLeaderElector implements LeaderElector {
    private final String identity;
    private final LeaseEngine engine;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock. In the order they were joined. */
    private final Map<String, LeaseElection> open = new LinkedHashMap<>();
    /** The same, for readers that must not wait: notifications come on network threads. */
    private final Map<String, LeaseElection> byName = new ConcurrentHashMap<>();

    private final Registration subscription;
    private boolean closed;

    private LeaseLeaderElector(String identity, LeaseEngine engine) {
        this.identity = identity;
        this.engine = engine;
        // The store first: it is somebody else's code, and nothing has been started yet that it could leave behind.
        this.subscription = engine.store().subscribe(new Notifications());
        try {
            engine.timer().start();
        } catch (RuntimeException | Error e) {
            subscription.remove();
            throw e;
        }
    }

    /**
     * Creates an elector.
     *
     * @param store keeps the leases; stays open when the elector is closed
     * @param identity how this process is known to others
     * @param clock the only time
     * @param threads makes the timer's thread and those of the callbacks
     * @param events where to report
     * @param overruns what to do about work that outlives its lease
     * @return the elector, ready to be joined
     */
    public static LeaseLeaderElector create(
            LeaseStore store,
            String identity,
            KernelClock clock,
            KernelThreads threads,
            Events events,
            OverrunHandler overruns) {
        Check.notNull("store", store);
        Check.notNull("identity", identity);
        return new LeaseLeaderElector(identity, LeaseEngine.create(store, clock, threads, events, overruns));
    }

    private final class Notifications implements LeaseStore.ReleaseListener {
        private static final long HEARD = Long.MIN_VALUE;

        private final AtomicLong unheardSince = new AtomicLong(HEARD);

        @Override
        public void onReleased(LeaseKey key) {
            LeaseElection election = key.kind() == LeaseKey.Kind.ELECTION ? byName.get(key.name()) : null;
            if (election != null) {
                election.notified();
            }
        }

        @Override
        public void onGap() {
            byName.values().forEach(LeaseElection::gap);
            long since = unheardSince.getAndSet(HEARD);
            if (since != HEARD) {
                long now = engine.clock().nanoTime();
                engine.events().publish(() -> new LeaderEvent.ReleasesHeard(Duration.ofNanos(now - since)));
            }
        }

        /** Once per change of state (LE-17), however often the store says so. */
        @Override
        public void onTrouble(KernelException cause) {
            if (unheardSince.compareAndSet(HEARD, engine.clock().nanoTime())) {
                engine.events().publish(() -> new LeaderEvent.ReleasesUnheard(cause));
            }
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Election join(ElectionSpec spec, LeadershipListener listener) {
        Check.notNull("election spec", spec);
        Check.notNull("listener of election '" + spec.name() + "'", listener);
        LeaseElection election = new LeaseElection(spec, identity, listener, engine, () -> forget(spec.name()));
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException(
                        "the leader elector is closed, cannot join election '" + spec.name() + "'");
            }
            if (open.putIfAbsent(spec.name(), election) != null) {
                throw new IllegalStateException(
                        "election '" + spec.name() + "' is open here already; close it before it is joined again");
            }
            byName.put(spec.name(), election);
        }
        election.start();
        return election;
    }

    private void forget(String name) {
        synchronized (lock) {
            open.remove(name);
            byName.remove(name);
        }
        endIfIdle();
    }

    /** While one election is still stopping, the timer has to watch it and the store to tell it things. */
    private void endIfIdle() {
        boolean over;
        synchronized (lock) {
            over = closed && open.isEmpty();
        }
        if (over) {
            subscription.remove();
            engine.timer().stop();
        }
    }

    @Override
    public LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems) {
        Check.notNull("election spec", spec);
        SubsystemRunner runner = new SubsystemRunner(spec, List.copyOf(Arrays.asList(subsystems)), engine);
        return new SubsystemRunner.Supervisor(join(spec, runner), runner);
    }

    @Override
    public Optional<Election> election(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public List<Election> elections() {
        synchronized (lock) {
            return List.copyOf(open.values());
        }
    }

    @Override
    public void close() {
        List<LeaseElection> toClose;
        synchronized (lock) {
            closed = true;
            toClose = new ArrayList<>(open.values());
        }
        toClose.forEach(LeaseElection::requestClose);
        // All stop at the same time; the waits below overlap.
        for (LeaseElection election : toClose) {
            if (!election.isCallbackThread()) {
                election.awaitClosed();
            }
        }
        endIfIdle();
    }
}
