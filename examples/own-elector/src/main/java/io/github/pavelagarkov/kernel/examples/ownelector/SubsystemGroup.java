package io.github.pavelagarkov.kernel.examples.ownelector;

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

/** Starts subsystems in order when this process leads, and stops them in parallel when it no longer does. */
final class SubsystemGroup implements LeadershipListener {
    private final ElectionSpec spec;
    private final List<Subsystem> subsystems;
    private final FileLeaderElector elector;
    /** Only touched by the callbacks, which never overlap. */
    private final List<Subsystem> entered = new ArrayList<>();

    private volatile boolean running;

    SubsystemGroup(ElectionSpec spec, List<Subsystem> subsystems, FileLeaderElector elector) {
        if (subsystems.isEmpty()) {
            throw new IllegalArgumentException("supervisor of election '" + spec.name() + "' needs a subsystem");
        }
        this.spec = spec;
        this.subsystems = List.copyOf(subsystems);
        this.elector = elector;
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
        running = true;
        for (Subsystem subsystem : subsystems) {
            if (!scope.isActive()) {
                return;
            }
            entered.add(subsystem);
            subsystem.start(scope);
        }
    }

    @Override
    public void onDemoted(Term term, DemotionReason reason) {
        Duration atMost =
                reason.leaseHeld() ? spec.stopTimeout() : spec.timing().forcedStop();
        KernelClock clock = elector.clock();
        Thread waiting = Thread.currentThread();
        List<Callback> stops = new ArrayList<>();
        for (Subsystem subsystem : entered) {
            stops.add(Callback.of(elector.threads(), clock, waiting, () -> stop(subsystem, term, reason, atMost)));
        }
        stops.forEach(Callback::start);
        long deadline = clock.nanoTime() + atMost.toNanos();
        awaitAll(stops, clock, deadline);
        entered.clear();
        running = false;
    }

    private void stop(Subsystem subsystem, Term term, DemotionReason reason, Duration atMost) {
        try {
            subsystem.stop(reason, atMost);
        } catch (Exception e) {
            elector.publish(new LeaderEvent.CallbackFailed(term, subsystem.name(), e));
        }
    }

    /** However long it takes: the next term must not begin beside work of this one. */
    private static void awaitAll(List<Callback> stops, KernelClock clock, long deadline) {
        boolean interrupted = false;
        boolean told = false;
        while (!stops.stream().allMatch(Callback::hasEnded)) {
            try {
                clock.park(told ? clock.nanoTime() + Duration.ofSeconds(1).toNanos() : deadline);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (!told && clock.nanoTime() - deadline >= 0) {
                stops.stream().filter(stop -> !stop.hasEnded()).forEach(Callback::interrupt);
                told = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
