package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Stacks;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownContext;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One hook and its only run. It is interrupted only while its action runs, so that the interrupt never reaches what the
 * thread does next. Thread-safe.
 */
final class Hook implements ShutdownContext {
    private enum Phase {
        WAITING,
        STARTED,
        RUNNING,
        ENDED,
        GIVEN_UP
    }

    private final HookSpec spec;
    private final long sequence;
    private final boolean late;
    private final Duration timeout;
    private final @Nullable ClassLoader loader;
    private final KernelClock clock;
    private final Budget budget;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. */
    private Phase phase = Phase.WAITING;

    private @Nullable Thread thread;
    private String reason = "";
    private long startedAt;
    private long limit;
    private boolean interrupted;
    private long interruptedAt;
    private @Nullable HookResult result;

    Hook(HookSpec spec, long sequence, boolean late, Duration timeout, KernelClock clock, Budget budget) {
        this.spec = spec;
        this.sequence = sequence;
        this.late = late;
        this.timeout = timeout;
        this.loader = Thread.currentThread().getContextClassLoader();
        this.clock = clock;
        this.budget = budget;
    }

    String name() {
        return spec.name();
    }

    int priority() {
        return spec.priority();
    }

    long sequence() {
        return sequence;
    }

    Duration timeout() {
        return timeout;
    }

    @Override
    public String reason() {
        synchronized (lock) {
            return reason;
        }
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, left()));
    }

    /** How long it may still run, in nanoseconds; below zero if it is over. */
    long left() {
        synchronized (lock) {
            if (interrupted) {
                return 0;
            }
            return Math.min(Deadlines.nanos(timeout) - (clock.nanoTime() - startedAt), limit - budget.elapsed());
        }
    }

    /** Starts the count of its time, which does not wait for a thread to come. */
    void start(String why, long limitPoint) {
        synchronized (lock) {
            phase = Phase.STARTED;
            reason = why;
            startedAt = clock.nanoTime();
            limit = limitPoint;
        }
    }

    /**
     * Runs the action, once.
     *
     * @return whether it ended in time to be told
     */
    boolean run() {
        Thread self = Thread.currentThread();
        synchronized (lock) {
            if (phase != Phase.STARTED) {
                // Given up on before the thread came, or given a second thread because the first looked refused.
                return false;
            }
            phase = Phase.RUNNING;
            thread = self;
            if (interrupted) {
                self.interrupt();
            }
        }
        ClassLoader before = self.getContextClassLoader();
        self.setContextClassLoader(loader);
        Throwable error = null;
        try {
            spec.action().run(this);
        } catch (Throwable e) {
            error = e;
        }
        self.setContextClassLoader(before);
        boolean told = end(error);
        // The thread may belong to a pool: an interrupt meant for the hook ends with the hook.
        Thread.interrupted();
        return told;
    }

    /** Ends it without a run. */
    boolean failToStart(Throwable error) {
        return end(error);
    }

    private boolean end(@Nullable Throwable error) {
        synchronized (lock) {
            boolean told = phase != Phase.GIVEN_UP;
            if (told) {
                phase = Phase.ENDED;
                result = result(outcome(error), Optional.ofNullable(error), List.of());
            }
            thread = null;
            return told;
        }
    }

    private HookOutcome outcome(@Nullable Throwable error) {
        if (interrupted) {
            return HookOutcome.TIMED_OUT;
        }
        if (error != null) {
            return HookOutcome.FAILED;
        }
        return late ? HookOutcome.LATE_OK : HookOutcome.OK;
    }

    /** Says that its time is over. */
    void interrupt() {
        synchronized (lock) {
            if (interrupted || phase == Phase.ENDED) {
                return;
            }
            interrupted = true;
            interruptedAt = clock.nanoTime();
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    boolean isInterrupted() {
        synchronized (lock) {
            return interrupted;
        }
    }

    long interruptedAt() {
        synchronized (lock) {
            return interruptedAt;
        }
    }

    /** Leaves it behind; empty if it has ended meanwhile. */
    Optional<HookResult> giveUp() {
        synchronized (lock) {
            if (phase == Phase.ENDED) {
                return Optional.empty();
            }
            List<String> frames = thread == null ? List.of() : Stacks.top(thread);
            phase = Phase.GIVEN_UP;
            result = result(HookOutcome.ABANDONED, Optional.empty(), frames);
            return Optional.of(result);
        }
    }

    /** What became of it; NOT_RUN while it waits or runs. */
    HookResult result() {
        synchronized (lock) {
            return result != null ? result : result(HookOutcome.NOT_RUN, Optional.empty(), List.of());
        }
    }

    private HookResult result(HookOutcome outcome, Optional<Throwable> error, List<String> frames) {
        Duration took = phase == Phase.WAITING ? Duration.ZERO : Duration.ofNanos(clock.nanoTime() - startedAt);
        return new HookResult(name(), priority(), outcome, took, error, frames);
    }
}
