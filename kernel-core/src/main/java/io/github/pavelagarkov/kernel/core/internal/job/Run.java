package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job, from the moment it is due until it has ended. Made anew for each run, so it is kept small.
 *
 * <p>The state is a lock of its own kind: whoever moves it from RUNNING to SIGNALLING may interrupt the thread, and the run
 * cannot end meanwhile. So an interrupt never reaches what the thread does next.
 */
final class Run implements Runnable {
    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int SIGNALLING = 2;
    private static final int ENDED = 3;
    private static final int DROPPED = 4;

    private static final AtomicIntegerFieldUpdater<Run> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Run.class, "state");
    private static final AtomicReferenceFieldUpdater<Run, @Nullable CancellationSource> TOKEN =
            AtomicReferenceFieldUpdater.newUpdater(Run.class, CancellationSource.class, "token");

    final JobEntry job;
    final Generation generation;
    final long id;
    final Fire fire;
    /** The point it stands for, by the monotonic clock; lateness is measured from here. */
    final long dueNanos;
    /** The same point by the wall clock. */
    final long scheduledEpochNanos;
    /** What only a run by hand has. */
    final @Nullable ManualCall manual;

    private volatile int state;
    private volatile @Nullable CancellationSource token;
    /** Written before the state becomes RUNNING. */
    private volatile @Nullable Thread thread;

    private long startedNanos;

    /** Why it was asked to end. Written under the engine's lock. */
    private volatile @Nullable CancelReason endReason;

    /** The last run of its job was short, so this one may share a thread. Written before it is handed over. */
    final boolean expectedShort;

    // Guarded by the engine's lock.
    /** When the watch has to do something about a run that was asked to end. */
    long actAtNanos;

    boolean interrupted;
    boolean abandoned;
    /** Counted in the number of runs its generation waits for when it stops. */
    boolean counted;

    /** It stands in the queue for a permit, not for its own job's end. */
    boolean waitsForPermit;

    long queuedNanos;
    boolean starvationTold;

    @Nullable
    Run older;

    @Nullable
    Run newer;

    @Nullable
    Run nextOfJob;

    Run(
            JobEntry job,
            Generation generation,
            long id,
            Fire fire,
            long dueNanos,
            long scheduledEpochNanos,
            @Nullable ManualCall manual) {
        this.job = job;
        this.generation = generation;
        this.id = id;
        this.fire = fire;
        this.dueNanos = dueNanos;
        this.scheduledEpochNanos = scheduledEpochNanos;
        this.manual = manual;
        this.expectedShort = job.lastWasShort;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // see below
    public void run() {
        JobEngine engine = job.engine;
        LeaderScope scope = generation.scope;
        if (scope != null && !scope.isActive()) {
            if (STATE.compareAndSet(this, WAITING, DROPPED)) {
                engine.end(this, Outcome.SKIPPED_NOT_LEADER, null, dueNanos, dueNanos);
            }
            return;
        }
        thread = Thread.currentThread();
        startedNanos = engine.clock.nanoTime();
        if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
            // A stop was faster and has already written down that this run never started.
            return;
        }
        Throwable thrown = call(engine);
        while (!STATE.compareAndSet(this, RUNNING, ENDED)) {
            // Only for the length of one call of interrupt(). Yields, so that the other one gets on even on a single
            // carrier.
            Thread.yield();
        }
        // An interrupt that was meant for this run must not stay on a thread of a pool.
        boolean wasInterrupted = Thread.interrupted();
        long now = engine.clock.nanoTime();
        engine.end(this, Outcomes.of(this, thrown, now, wasInterrupted), thrown, startedNanos, now);
    }

    private @Nullable Throwable call(JobEngine engine) {
        JobTask task = job.spec.task();
        try {
            if (engine.carriers.isEmpty()) {
                task.run(new RunContext(this));
            } else {
                Contexts.callInside(engine.carriers, this, new RunContext(this));
            }
            return null;
        } catch (Throwable e) {
            // Whatever it is: the schedule goes on, and the outcome tells.
            return e;
        }
    }

    /** {@return whether this call kept it from ever starting} */
    boolean drop() {
        return STATE.compareAndSet(this, WAITING, DROPPED);
    }

    boolean started() {
        int now = state;
        return now == RUNNING || now == SIGNALLING || now == ENDED;
    }

    /** Interrupts the thread if it is still at this run. */
    void interrupt() {
        if (STATE.compareAndSet(this, RUNNING, SIGNALLING)) {
            try {
                Thread target = thread;
                if (target != null) {
                    target.interrupt();
                }
            } finally {
                state = RUNNING;
            }
        }
    }

    /** {@return when it started; only meaningful once it has} */
    long startedNanos() {
        return startedNanos;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    boolean isOn(Thread candidate) {
        return thread == candidate && started();
    }

    @Nullable
    CancelReason endReason() {
        return endReason;
    }

    /** INVARIANT: called with the engine's lock held. */
    void markEnding(CancelReason reason) {
        if (endReason == null) {
            endReason = reason;
        }
    }

    /** {@return the token, made when somebody first asks: most tasks never do} */
    @SuppressWarnings("NullAway") // the updater is not annotated; the value it expects is null until the first call
    CancellationSource token() {
        CancellationSource made = token;
        if (made == null) {
            made = new CancellationSource(job.engine.clock);
            if (!TOKEN.compareAndSet(this, null, made)) {
                return token();
            }
        }
        return made;
    }

    /** {@return its correlation id; computed from its number, so that a run nobody asks costs nothing} */
    String correlationId() {
        ManualCall call = manual;
        if (call != null && call.correlationId().isPresent()) {
            return call.correlationId().get();
        }
        return job.engine.correlationId(id);
    }
}
