package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The thread of one election: works off its terms one after the other, and waits for the callbacks. */
final class ManualTermLoop implements Runnable {
    /** From the cancellation of onElected's token to the interrupt (LE-4). */
    private static final long INTERRUPT_AFTER = Duration.ofMillis(200).toNanos();

    private static final long LONG = Duration.ofDays(1).toNanos();

    private final ManualElection election;
    private final LeadershipListener listener;
    private final ManualLeaderElector elector;
    private final KernelClock clock;
    private final Thread thread;
    /** Who waits for the end. */
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    private volatile boolean ended;
    private volatile @Nullable ServiceCall call;
    private volatile boolean workRunsOn;

    ManualTermLoop(ManualElection election, LeadershipListener listener, ManualLeaderElector elector) {
        this.election = election;
        this.listener = listener;
        this.elector = elector;
        this.clock = elector.clock();
        this.thread = elector.threads().newThread(this);
        thread.setName("manual-election-" + election.name());
    }

    void start() {
        thread.start();
    }

    /** Makes this thread and those that wait for the end look at the state again. */
    void wake() {
        clock.unpark(thread);
        waiting.forEach(clock::unpark);
    }

    /** The lease is gone: work that stops in peace has to hurry. */
    void leaseLost(DemotionReason reason) {
        if (listener instanceof SupervisedWork work) {
            work.hurry(reason);
        }
        wake();
    }

    /** Waits for the end of the election; not for a callback that the caller is in, nor for work that outlasts its stop. */
    void awaitEnd(long untilNanos) {
        ServiceCall running = call;
        boolean inside = (running != null && running.isCurrent())
                || Thread.currentThread() == thread
                || (listener instanceof SupervisedWork work && work.isStopThread());
        if (inside) {
            return;
        }
        boolean interrupted = false;
        waiting.add(Thread.currentThread());
        while (!ended && !workRunsOn && clock.nanoTime() - untilNanos < 0) {
            try {
                clock.park(untilNanos);
            } catch (InterruptedException e) {
                // Kept for later: a close is not given up.
                interrupted = true;
            }
        }
        waiting.remove(Thread.currentThread());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            while (awaitTerm()) {
                work(election.tenure().orElseThrow());
            }
        } finally {
            elector.forget(election);
            ended = true;
            wake();
        }
    }

    /** {@return false if there will be none} */
    private boolean awaitTerm() {
        while (election.tenure().isEmpty()) {
            if (election.isClosing()) {
                return false;
            }
            Waiting.park(clock, clock.nanoTime() + LONG);
        }
        return true;
    }

    private void work(ManualTenure tenure) {
        elector.publish(new LeaderEvent.Acquired(tenure.term()));
        ServiceCall elected = call(() -> listener.onElected(tenure.scope()));
        await(tenure, () -> tenure.reason().isPresent() || failed(elected));
        if (failed(elected)) {
            tenure.end(DemotionReason.START_FAILED);
        }
        DemotionReason reason = tenure.reason().orElseThrow();

        stop(tenure, elected, reason);

        boolean released = tenure.holds() && !workRunsOn && elector.trouble().isEmpty();
        election.ended(reason);
        elector.publish(new LeaderEvent.Lost(tenure.term(), tenure.lost().orElse(reason), tenure.age(), released));
        workRunsOn = false;
        election.completeStepsDown();
    }

    private static boolean failed(ServiceCall elected) {
        return elected.hasEnded() && elected.error().isPresent();
    }

    private void stop(ManualTenure tenure, ServiceCall elected, DemotionReason reason) {
        Duration bound = reason.leaseHeld()
                ? election.spec().stopTimeout()
                : election.spec().timing().forcedStop();
        long overrunAt = tenure.endingNanos() + bound.toNanos();

        await(tenure, elected::hasEnded, tenure.endingNanos() + INTERRUPT_AFTER);
        if (!elected.hasEnded()) {
            elected.interrupt();
        }
        awaitEnd(tenure, elected, overrunAt);
        elected.error()
                .filter(error -> !(error instanceof InterruptedException))
                .ifPresent(error -> report(tenure, "onElected", error));
        ServiceCall demoted = call(() -> listener.onDemoted(tenure.term(), reason));
        awaitEnd(tenure, demoted, overrunAt);
        demoted.error().ifPresent(error -> report(tenure, "onDemoted", error));
    }

    private ServiceCall call(ServiceCall.Code code) {
        ServiceCall made = new ServiceCall(elector.threads(), code, this::wake);
        // Before it runs: it may close this election at once, and is then not waited for (LE-12).
        call = made;
        return made.start();
    }

    private void awaitEnd(ManualTenure tenure, ServiceCall running, long overrunAt) {
        await(tenure, running::hasEnded, overrunAt);
        if (!running.hasEnded() && !workRunsOn) {
            workRunsOn = true;
            // LE-5: given back to nobody.
            tenure.leaveToExpire();
            elector.publish(new LeaderEvent.WorkOverrun(tenure.term(), running.threadName(), running.frames()));
            election.completeStepsDown();
            wake();
        }
        await(tenure, running::hasEnded);
    }

    private void report(ManualTenure tenure, String callback, Throwable error) {
        elector.publish(new LeaderEvent.CallbackFailed(tenure.term(), callback, error));
    }

    private void await(ManualTenure tenure, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            await(tenure, condition, clock.nanoTime() + LONG);
        }
    }

    /** Waits, and looks after the lease meanwhile. */
    private void await(ManualTenure tenure, BooleanSupplier condition, long untilNanos) {
        while (!condition.getAsBoolean() && clock.nanoTime() - untilNanos < 0) {
            long look = tenure.nextLook();
            Waiting.park(clock, look - untilNanos < 0 ? look : untilNanos);
            if (tenure.look()) {
                leaseLost(DemotionReason.LEASE_EXPIRED);
            }
        }
    }
}
