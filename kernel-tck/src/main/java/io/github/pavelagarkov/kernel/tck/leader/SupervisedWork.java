package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts subsystems in order and stops them at the same time. Its callbacks come one at a time; the rest is thread-safe. */
final class SupervisedWork implements LeadershipListener {
    private static final long LONG = Duration.ofDays(1).toNanos();

    private final ElectionSpec spec;
    private final List<Subsystem> subsystems;
    private final ManualLeaderElector elector;
    private final KernelClock clock;
    /** Those whose start was entered. Touched by the callbacks only. */
    private final List<Subsystem> entered = new ArrayList<>();

    private volatile List<ServiceCall> stops = List.of();
    private volatile boolean running;
    /** Why the lease was lost while the work stops in peace. */
    private volatile @Nullable DemotionReason lost;

    private volatile @Nullable Thread stopping;

    SupervisedWork(ElectionSpec spec, List<Subsystem> subsystems, ManualLeaderElector elector) {
        if (subsystems.isEmpty()) {
            throw new IllegalArgumentException("election '" + spec.name() + "' needs at least one subsystem, got none");
        }
        subsystems.forEach(subsystem -> Check.notNull("subsystem of election '" + spec.name() + "'", subsystem));
        this.spec = spec;
        this.subsystems = subsystems;
        this.elector = elector;
        this.clock = elector.clock();
    }

    LeaderSupervisor supervisor(Election election) {
        return new LeaderSupervisor() {
            @Override
            public Election election() {
                return election;
            }

            @Override
            public boolean isRunning() {
                return running;
            }

            @Override
            public void close() {
                election.close();
            }
        };
    }

    @Override
    public void onElected(LeaderScope scope) throws Exception {
        lost = null;
        for (Subsystem subsystem : subsystems) {
            if (!scope.isActive()) {
                return;
            }
            entered.add(subsystem);
            running = true;
            subsystem.start(scope);
        }
    }

    @Override
    public void onDemoted(Term term, DemotionReason reason) {
        stopping = Thread.currentThread();
        Duration bound = reason.leaseHeld() ? spec.stopTimeout() : spec.timing().forcedStop();
        // Somewhat less, so that who heeds an interrupt has stopped in time.
        Duration atMost = bound.multipliedBy(9).dividedBy(10);
        stops = entered.stream()
                .map(subsystem ->
                        new ServiceCall(elector.threads(), () -> stop(subsystem, term, reason, atMost), this::wake))
                .toList();
        stops.forEach(ServiceCall::start);
        awaitStops(reason, clock.nanoTime() + atMost.toNanos());
        stops = List.of();
        entered.clear();
        running = false;
    }

    private void stop(Subsystem subsystem, Term term, DemotionReason reason, Duration atMost) {
        try {
            subsystem.stop(reason, atMost);
        } catch (Exception e) {
            elector.publish(new LeaderEvent.CallbackFailed(term, "stop of " + subsystem.name(), e));
        }
    }

    /** However long it takes: the next term must not begin beside work of this one. */
    private void awaitStops(DemotionReason reason, long interruptAt) {
        long until = interruptAt;
        boolean hurried = !reason.leaseHeld();
        boolean interrupted = false;
        while (!stops.stream().allMatch(ServiceCall::hasEnded)) {
            if (lost != null && !hurried) {
                hurried = true;
                long rest = clock.nanoTime()
                        + spec.timing().forcedStop().dividedBy(2).toNanos();
                until = rest - until < 0 ? rest : until;
            }
            if (!interrupted && clock.nanoTime() - until >= 0) {
                interrupted = true;
                stops.stream().filter(stop -> !stop.hasEnded()).forEach(ServiceCall::interrupt);
            }
            Waiting.park(clock, interrupted ? clock.nanoTime() + LONG : until);
        }
    }

    /** Shortens a stop that began with time to spare. */
    void hurry(DemotionReason reason) {
        lost = reason;
        wake();
    }

    private void wake() {
        Thread waiting = stopping;
        if (waiting != null) {
            clock.unpark(waiting);
        }
    }

    /** {@return whether the calling thread stops a subsystem; it must not wait for the end of that} */
    boolean isStopThread() {
        return stops.stream().anyMatch(ServiceCall::isCurrent);
    }
}
