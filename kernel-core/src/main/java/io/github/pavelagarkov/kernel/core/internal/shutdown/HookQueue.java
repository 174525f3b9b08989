package io.github.pavelagarkov.kernel.core.internal.shutdown;

import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan.PlannedHook;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The hooks of one registry: those that wait, those that run, and what became of the others. Thread-safe. */
final class HookQueue {
    private static final Comparator<Hook> ORDER =
            Comparator.comparingInt(Hook::priority).thenComparingLong(Hook::sequence);

    private final ShutdownSpec spec;
    private final KernelClock clock;
    private final Budget budget;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. */
    private final TreeSet<Hook> waiting = new TreeSet<>(ORDER);

    private final Set<Hook> running = new LinkedHashSet<>();
    private final List<HookResult> results = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private long sequence;
    /** Hooks of a smaller priority have had their turn. */
    private int turn;

    private boolean closed;

    HookQueue(ShutdownSpec spec, KernelClock clock, Budget budget) {
        this.spec = spec;
        this.clock = clock;
        this.budget = budget;
    }

    Hook add(HookSpec hook) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("hook '" + hook.name()
                        + "' cannot be registered: the shutdown is STOPPED, clean up here instead");
            }
            if (!names.add(hook.name())) {
                throw new IllegalArgumentException(
                        "hook name must be unique in a registry, '" + hook.name() + "' is taken");
            }
            boolean late = hook.priority() < turn;
            Hook added = new Hook(hook, sequence++, late, hook.timeout().orElse(spec.hookTimeout()), clock, budget);
            waiting.add(added);
            return added;
        }
    }

    boolean remove(Hook hook) {
        synchronized (lock) {
            boolean removed = waiting.remove(hook);
            if (removed) {
                names.remove(hook.name());
            }
            return removed;
        }
    }

    /**
     * Moves the next hook, or all of its priority, from waiting to running.
     *
     * @return them; empty if no hook waits below the bound
     */
    List<Hook> next(int bound, boolean wholePriority) {
        synchronized (lock) {
            List<Hook> batch = new ArrayList<>();
            while (!waiting.isEmpty() && waiting.first().priority() < bound) {
                Hook first = waiting.first();
                if (!batch.isEmpty()
                        && (!wholePriority || first.priority() != batch.get(0).priority())) {
                    break;
                }
                waiting.remove(first);
                batch.add(first);
            }
            running.addAll(batch);
            turn = Math.max(turn, batch.isEmpty() ? bound : batch.get(0).priority());
            return batch;
        }
    }

    boolean hasWaiting() {
        synchronized (lock) {
            return !waiting.isEmpty();
        }
    }

    int waitingPriorities() {
        synchronized (lock) {
            return (int) waiting.stream().mapToInt(Hook::priority).distinct().count();
        }
    }

    boolean isRunning(Hook hook) {
        synchronized (lock) {
            return running.contains(hook);
        }
    }

    List<Hook> running() {
        synchronized (lock) {
            return List.copyOf(running);
        }
    }

    void settle(Hook hook, HookResult result) {
        synchronized (lock) {
            if (running.remove(hook)) {
                results.add(result);
            }
        }
    }

    /** Adds the result of something that was no registered hook. */
    void note(HookResult result) {
        synchronized (lock) {
            results.add(result);
        }
    }

    /** Takes no more hooks. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    /** Takes no more hooks if there are none left. */
    boolean closeIfIdle() {
        synchronized (lock) {
            if (!waiting.isEmpty() || !running.isEmpty()) {
                return false;
            }
            closed = true;
            return true;
        }
    }

    List<PlannedHook> plan() {
        synchronized (lock) {
            return waiting.stream()
                    .map(hook -> new PlannedHook(hook.name(), hook.priority(), hook.timeout()))
                    .toList();
        }
    }

    /** What became of every hook, the running and waiting ones last. */
    List<HookResult> results() {
        synchronized (lock) {
            List<HookResult> all = new ArrayList<>(results);
            // A hook that has ended a moment ago counts as running until the step has seen it.
            running.forEach(hook -> all.add(hook.result()));
            waiting.forEach(hook -> all.add(hook.result()));
            return all;
        }
    }
}
