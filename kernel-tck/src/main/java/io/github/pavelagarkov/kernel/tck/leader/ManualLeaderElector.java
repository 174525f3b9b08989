package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * An elector whose leader is whom a test names: {@link #grant}, {@link #revoke}, {@link #electOther}, {@link #cutOff}.
 *
 * <p>To the service it is an elector like any other: callbacks in turn on the election's own thread, tokens that rise, a
 * graceful end that stops the work before it gives leadership up, a cool-down after {@code stepDown}, a hold-back after a start
 * that failed, a lease that is renewed and runs out while the process stands still ({@link TestClock#stall}). It has no
 * backend: nobody is elected by himself, and no renewal fails unless the test has it cut off.
 *
 * <p>On a {@link TestClock} each decision returns when everything that follows from it at that point of time has been done.
 * Thread-safe; the decisions are made by one thread, and not by one of the service.
 */
public final class ManualLeaderElector implements LeaderElector {
    private final String identity;
    private final KernelClock clock;
    private final ThreadFactory threads;
    private final KernelListener listener;
    private final Runnable settle;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. In the order they were joined. */
    private final Map<String, ManualElection> open = new LinkedHashMap<>();

    private final Map<String, Long> lastTokens = new LinkedHashMap<>();
    private final Map<String, LeaderInfo> others = new LinkedHashMap<>();
    private boolean closed;

    private volatile @Nullable Throwable trouble;

    /**
     * Creates an elector for a clock of any kind.
     *
     * @param identity how this process is known to others
     * @param clock its time
     * @param threads makes its threads
     * @param listener told of its events, on its own threads
     */
    public ManualLeaderElector(String identity, KernelClock clock, ThreadFactory threads, KernelListener listener) {
        this(identity, clock, threads, listener, () -> {});
    }

    private ManualLeaderElector(
            String identity, KernelClock clock, ThreadFactory threads, KernelListener listener, Runnable settle) {
        this.identity = Check.notNull("identity", identity);
        this.clock = Check.notNull("clock", clock);
        this.threads = Check.notNull("thread factory", threads);
        this.listener = Check.notNull("listener", listener);
        this.settle = settle;
    }

    /**
     * {@return an elector in virtual time, known to others as {@code this-process}}
     *
     * @param clock its time and the maker of its threads
     * @param listener told of its events, on its own threads
     */
    public static ManualLeaderElector on(TestClock clock, KernelListener listener) {
        Check.notNull("clock", clock);
        return new ManualLeaderElector("this-process", clock, clock.threads(), listener, clock::settle);
    }

    // ---- what the test decides

    /**
     * Elects this process: a new term begins.
     *
     * @param election joined here
     * @throws IllegalArgumentException if it is not; names those that are
     * @throws IllegalStateException if this process leads it already, its work of the last term has not stopped, it holds back
     *     after a step-down or a failed start, or the elector is cut off
     */
    public void grant(String election) {
        ManualElection granted = joined(election);
        Throwable cause = trouble;
        if (cause != null) {
            throw new IllegalStateException("election '" + election + "' cannot be granted while cut off: " + cause);
        }
        synchronized (lock) {
            others.remove(election);
        }
        granted.grant();
        settle.run();
    }

    /**
     * Takes leadership from this process, as when another one was elected meanwhile ({@link DemotionReason#TAKEN_OVER}).
     *
     * @param election led here
     * @throws IllegalArgumentException if it is not joined here; names those that are
     * @throws IllegalStateException if this process does not lead it
     */
    public void revoke(String election) {
        revoke(election, DemotionReason.TAKEN_OVER);
    }

    /**
     * Takes leadership from this process: {@code isLeader()} is false from now on, and the work is stopped.
     *
     * @param election led here
     * @param reason what the work is told: one of those with which no lease is held. For a graceful end call {@link
     *     Election#close} or {@link Election#stepDown}, as a service does
     * @throws IllegalArgumentException if it is not joined here, or the reason is that of a graceful end
     * @throws IllegalStateException if this process does not lead it
     */
    public void revoke(String election, DemotionReason reason) {
        if (Check.notNull("reason", reason).leaseHeld()) {
            throw new IllegalArgumentException("reason to revoke election '" + election
                    + "' must be LEASE_EXPIRED, TAKEN_OVER or KEY_LOST, was " + reason);
        }
        joined(election).revoke(reason);
        settle.run();
    }

    /**
     * Elects another process: {@code currentLeader()} tells of it, and tokens granted here later are greater than its own. If
     * this process leads, its term ends with {@link DemotionReason#TAKEN_OVER}.
     *
     * @param election any
     * @param other the leader
     */
    public void electOther(String election, LeaderInfo other) {
        Check.notNull("other leader", other);
        synchronized (lock) {
            others.put(Check.name("election name", election), other);
            other.fencingToken().ifPresent(token -> lastTokens.merge(election, token, Math::max));
        }
        revokeIfLed(election, DemotionReason.TAKEN_OVER);
    }

    /**
     * Says that nobody leads an election. If this process does, its term ends with {@link DemotionReason#KEY_LOST}.
     *
     * @param election any
     */
    public void electNobody(String election) {
        synchronized (lock) {
            others.remove(Check.name("election name", election));
        }
        revokeIfLed(election, DemotionReason.KEY_LOST);
    }

    private void revokeIfLed(String election, DemotionReason reason) {
        election(election)
                .map(ManualElection.class::cast)
                .filter(ManualElection::isLed)
                .ifPresent(led -> led.revoke(reason));
        settle.run();
    }

    /**
     * Cuts this process off from the store of its elections: the status says why, {@code currentLeader()} fails, and every
     * term ends with {@link DemotionReason#LEASE_EXPIRED} when lease - margin of its election have passed from now on. While cut off
     * already it changes only the cause.
     *
     * @param cause shown to the service
     */
    public void cutOff(Throwable cause) {
        trouble = Check.notNull("cause", cause);
        elections().forEach(election -> ((ManualElection) election).cutOff(cause));
        settle.run();
    }

    /** Ends {@link #cutOff}: leases that have not run out are renewed. Does nothing if there is no need. */
    public void reconnect() {
        if (trouble == null) {
            return;
        }
        trouble = null;
        elections().forEach(election -> ((ManualElection) election).reconnect());
        settle.run();
    }

    private ManualElection joined(String election) {
        synchronized (lock) {
            ManualElection found = open.get(Check.notNull("election name", election));
            if (found == null) {
                throw new IllegalArgumentException(
                        "election '" + election + "' is not joined here, joined are " + open.keySet());
            }
            return found;
        }
    }

    // ---- what the elections need

    KernelClock clock() {
        return clock;
    }

    ThreadFactory threads() {
        return threads;
    }

    Optional<Throwable> trouble() {
        return Optional.ofNullable(trouble);
    }

    long nextToken(String election) {
        synchronized (lock) {
            return lastTokens.merge(election, 1L, Long::sum);
        }
    }

    Optional<LeaderInfo> other(String election) {
        synchronized (lock) {
            return Optional.ofNullable(others.get(election));
        }
    }

    void publish(KernelEvent event) {
        listener.onEvent(event);
    }

    void forget(ManualElection election) {
        synchronized (lock) {
            open.remove(election.name(), election);
        }
    }

    // ---- what the service calls

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Election join(ElectionSpec spec, LeadershipListener work) {
        Check.notNull("election spec", spec);
        Check.notNull("listener of election '" + spec.name() + "'", work);
        ManualElection election = new ManualElection(spec, work, this);
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the elector is closed, cannot join election '" + spec.name() + "'");
            }
            if (open.putIfAbsent(spec.name(), election) != null) {
                throw new IllegalStateException("election '" + spec.name() + "' is open here already");
            }
        }
        election.start();
        return election;
    }

    @Override
    public LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems) {
        Check.notNull("election spec", spec);
        SupervisedWork work = new SupervisedWork(spec, List.of(subsystems), this);
        return work.supervisor(join(spec, work));
    }

    @Override
    public Optional<Election> election(String name) {
        synchronized (lock) {
            return Optional.ofNullable(open.get(name));
        }
    }

    @Override
    public List<Election> elections() {
        synchronized (lock) {
            return List.copyOf(open.values());
        }
    }

    @Override
    public void close() {
        List<ManualElection> toClose;
        synchronized (lock) {
            closed = true;
            toClose = List.copyOf(open.values());
        }
        toClose.forEach(ManualElection::requestClose);
        toClose.forEach(ManualElection::awaitClosed);
    }

    @Override
    public String toString() {
        return "manual elector of " + identity;
    }
}
