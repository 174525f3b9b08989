package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts subsystems in order and stops them in parallel. Returns from a stop only when all of them have stopped, however
 * long that takes: the lease must not be given back, nor the next term begin, while one still works.
 */
final class SubsystemRunner implements LeadershipListener {
    /** Part of the time for a stop after which the threads of the stops are interrupted. */
    private static final double INTERRUPT_AT = 0.9;
    /** The same part when the lease is lost during the stop: who was told a longer time needs some of what is left. */
    private static final double HURRY_AT = 0.5;

    private final ElectionSpec spec;
    private final List<Subsystem> subsystems;
    private final LeaseEngine engine;
    /** Those whose start was entered. Touched by the serial callbacks of the election only. */
    private final List<Subsystem> entered = new ArrayList<>();

    private volatile List<CallbackThread> stopping = List.of();
    private volatile boolean running;
    /** Why the lease was lost while the work was stopping, or was about to. */
    private volatile @Nullable DemotionReason lost;

    private final ClockGate news;

    SubsystemRunner(ElectionSpec spec, List<Subsystem> subsystems, LeaseEngine engine) {
        if (subsystems.isEmpty()) {
            throw new IllegalArgumentException("election '" + spec.name() + "' needs at least one subsystem");
        }
        subsystems.forEach(subsystem -> Check.notNull("subsystem of election '" + spec.name() + "'", subsystem));
        this.spec = spec;
        this.subsystems = subsystems;
        this.engine = engine;
        this.news = new ClockGate(engine.clock());
    }

    /** Shortens a stop that began with time to spare. */
    void hurry(DemotionReason reason) {
        lost = reason;
        news.signalAll();
    }

    @Override
    public void onElected(LeaderScope scope) throws Exception {
        lost = null;
        for (Subsystem subsystem : subsystems) {
            if (!scope.isActive()) {
                // The lease has gone meanwhile: what has been started is stopped by onDemoted, the rest never starts.
                return;
            }
            entered.add(subsystem);
            running = true;
            subsystem.start(scope);
        }
    }

    @Override
    public void onDemoted(Term term, DemotionReason told) {
        DemotionReason before = lost;
        DemotionReason reason = before == null ? told : before;
        Duration patience = reason.leaseHeld()
                ? part(INTERRUPT_AT, spec.stopTimeout())
                : part(INTERRUPT_AT, spec.timing().forcedStop());
        AtomicInteger left = new AtomicInteger(entered.size());
        List<CallbackThread> stops = new ArrayList<>();
        for (Subsystem subsystem : entered) {
            CallbackThread stop = new CallbackThread();
            stops.add(stop);
            stopping = List.copyOf(stops);
            engine.execute("kernel-stop-" + subsystem.name(), () -> {
                Throwable error = stop.call(() -> subsystem.stop(reason, patience));
                report(term, subsystem, error);
                left.decrementAndGet();
                news.signalAll();
            });
        }
        long until = Deadlines.after(engine.clock(), patience);
        boolean interrupted = await(() -> left.get() == 0 || (reason.leaseHeld() && lost != null), until);
        if (left.get() > 0 && reason.leaseHeld() && lost != null) {
            Duration rest = part(HURRY_AT, spec.timing().forcedStop());
            until = LeaseDurations.earlier(until, Deadlines.after(engine.clock(), rest));
            interrupted |= await(() -> left.get() == 0, until);
        }
        if (left.get() > 0) {
            stops.forEach(CallbackThread::interrupt);
            while (left.get() > 0) {
                interrupted |= await(
                        () -> left.get() == 0, Deadlines.never(engine.clock().nanoTime()));
            }
        }
        stopping = List.of();
        entered.clear();
        running = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the calling thread stops a subsystem now; it must not wait for the end of that} */
    boolean isStopThread() {
        return stopping.stream().anyMatch(CallbackThread::isCurrent);
    }

    /** {@return where the first subsystem is that has not stopped; empty if none is being stopped} */
    Optional<CallbackThread.Where> stoppingAt() {
        return stopping.stream()
                .map(CallbackThread::where)
                .filter(where -> !where.frames().isEmpty())
                .findFirst();
    }

    private static Duration part(double share, Duration of) {
        return Duration.ofNanos((long) (Deadlines.nanos(of) * share));
    }

    private boolean await(BooleanSupplier condition, long until) {
        try {
            news.await(condition, until);
            return false;
        } catch (InterruptedException e) {
            // Not an answer to "have they stopped?": kept for later, the waiting goes on.
            return true;
        }
    }

    private void report(Term term, Subsystem subsystem, @Nullable Throwable error) {
        if (error != null) {
            engine.events().publish(() -> new LeaderEvent.CallbackFailed(term, "stop of " + subsystem.name(), error));
        }
    }

    record Supervisor(Election election, SubsystemRunner runner) implements LeaderSupervisor {
        @Override
        public boolean isRunning() {
            return runner.running;
        }

        @Override
        public void close() {
            election.close();
        }
    }
}
