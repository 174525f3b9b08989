package io.github.pavelagarkov.kernel.core.internal.readiness;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerTroubles;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent.SignalResult;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot.Status;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps readiness as one immutable snapshot that is replaced as a whole.
 *
 * <p>No locks: a change is one compare-and-set, readers read. Thread-safe.
 */
public final class SnapshotReadinessBarrier implements ReadinessBarrier {
    private final KernelClock clock;
    private final Events events;
    private final Executor executor;
    private final ClockGate changed;
    private final AtomicReference<ReadinessVersion> current;
    private final List<ListenerCursor> listeners = new CopyOnWriteArrayList<>();

    private SnapshotReadinessBarrier(KernelClock clock, KernelThreads threads, Events events) {
        this.clock = clock;
        this.events = events;
        this.executor = orOwnThreads(threads.executor("kernel-readiness"));
        this.changed = new ClockGate(clock);
        ReadinessSnapshot first = new ReadinessSnapshot(0, State.NEW, false, "not started", now(), Map.of());
        this.current = new AtomicReference<>(new ReadinessVersion(first, Map.of()));
        // On the signaller's thread, because publishing never blocks and so needs no thread of its own.
        follow(
                (previous, next) -> events.publish(() -> new KernelEvent.ReadinessChanged(previous, next)),
                Runnable::run);
    }

    /**
     * {@return a barrier that has not been started}
     *
     * @param clock bounds the waiting
     * @param threads run the listeners
     * @param events told of every change
     */
    public static SnapshotReadinessBarrier create(KernelClock clock, KernelThreads threads, Events events) {
        return new SnapshotReadinessBarrier(clock, threads, events);
    }

    private static Executor orOwnThreads(Executor first) {
        Executor own = KernelThreads.system().executor("kernel-readiness");
        return task -> {
            try {
                first.execute(task);
            } catch (RejectedExecutionException | IllegalStateException e) {
                // A stopped container: listeners still have to hear of the shutdown.
                own.execute(task);
            }
        };
    }

    private ReadinessVersion latest() {
        return Objects.requireNonNull(current.get());
    }

    @Override
    public boolean isReady() {
        return latest().snapshot.ready();
    }

    @Override
    public ReadinessSnapshot snapshot() {
        return latest().snapshot;
    }

    @Override
    public ReadinessComponent component(String name) {
        Check.name("readiness component name", name);
        SnapshotComponent added = new SnapshotComponent(this, name, notReady("registered"));
        ReadinessVersion after = change(before -> {
            if (before.components.containsKey(name)) {
                return null;
            }
            VersionDraft draft = new VersionDraft(before);
            draft.components.put(name, added);
            draft.statuses.put(name, notReady("registered"));
            return draft;
        });
        SnapshotComponent found = after.components.get(name);
        return found != null ? found : added;
    }

    @Override
    public boolean remove(String name) {
        @Nullable SnapshotComponent[] gone = new SnapshotComponent[1];
        change(before -> {
            gone[0] = before.components.get(name);
            if (gone[0] == null) {
                return null;
            }
            VersionDraft draft = new VersionDraft(before);
            draft.components.remove(name);
            draft.statuses.remove(name);
            return draft;
        });
        if (gone[0] == null) {
            return false;
        }
        gone[0].removed(notReady("removed"));
        return true;
    }

    SignalResult signal(SnapshotComponent component, boolean ready, String reason) {
        SignalResult[] result = new SignalResult[1];
        change(before -> {
            result[0] = judge(before, component, ready, reason);
            if (result[0] != SignalResult.APPLIED) {
                return null;
            }
            VersionDraft draft = new VersionDraft(before);
            draft.statuses.put(component.name(), new Status(ready, reason, now()));
            return draft;
        });
        return result[0];
    }

    private static SignalResult judge(
            ReadinessVersion before, SnapshotComponent component, boolean ready, String reason) {
        State state = before.snapshot.state();
        if (state == State.TERMINATED) {
            return SignalResult.SHUTTING_DOWN;
        }
        Status status = before.snapshot.components().get(component.name());
        if (state != State.RUNNING || before.components.get(component.name()) != component || status == null) {
            return SignalResult.NOT_RUNNING;
        }
        boolean same = status.ready() == ready && status.reason().equals(reason);
        return same ? SignalResult.UNCHANGED : SignalResult.APPLIED;
    }

    Optional<Status> status(SnapshotComponent component) {
        ReadinessVersion version = latest();
        return version.components.get(component.name()) == component
                ? Optional.ofNullable(version.snapshot.components().get(component.name()))
                : Optional.empty();
    }

    @Override
    public void start() {
        change(before -> {
            ReadinessSnapshot snapshot = before.snapshot;
            if (snapshot.state() == State.TERMINATED) {
                throw new IllegalStateException(
                        "the readiness barrier is TERMINATED (" + snapshot.reason() + ") and cannot be started");
            }
            return snapshot.state() == State.RUNNING ? null : new VersionDraft(before).state(State.RUNNING, "");
        });
    }

    @Override
    public void stop() {
        change(before -> {
            if (before.snapshot.state() != State.RUNNING) {
                return null;
            }
            // One version: nobody sees a stopped component in a ready barrier, or a ready one in a stopped barrier.
            VersionDraft draft = new VersionDraft(before).state(State.STOPPED, "stopped");
            draft.statuses.replaceAll((name, status) -> notReady("stopped"));
            return draft;
        });
    }

    @Override
    public void beginShutdown(String reason) {
        Check.notNull("shutdown reason", reason);
        change(before -> before.snapshot.state() == State.TERMINATED
                ? null
                : new VersionDraft(before).state(State.TERMINATED, "shutting down: " + reason));
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        Check.notNegative("time to wait for readiness", atMost);
        ReadinessVersion[] seen = {latest()};
        // Follows every version: being ready for a moment only is not missed.
        changed.await(
                () -> {
                    ReadinessVersion next = seen[0].next;
                    while (!isDecided(seen[0]) && next != null) {
                        seen[0] = next;
                        next = next.next;
                    }
                    return isDecided(seen[0]);
                },
                Deadlines.after(clock, atMost));
        return seen[0].snapshot.ready();
    }

    private static boolean isDecided(ReadinessVersion version) {
        return version.snapshot.ready() || version.snapshot.state() == State.TERMINATED;
    }

    @Override
    public CompletionStage<ReadinessSnapshot> whenReady() {
        ReadinessVersion now = latest();
        CompletableFuture<ReadinessSnapshot> result = new CompletableFuture<>();
        if (isDecided(now)) {
            decide(result, now.snapshot);
            return result;
        }
        // Completed on a listener's thread: what hangs on the result may block without delaying who signals.
        ListenerCursor cursor = newCursor(
                (previous, next) -> {
                    if (next.ready() || next.state() == State.TERMINATED) {
                        decide(result, next);
                    }
                },
                now,
                executor);
        listeners.add(cursor);
        CompletionStage<Boolean> unused = result.handle((snapshot, error) -> removeListener(cursor));
        cursor.wake();
        return result.minimalCompletionStage();
    }

    private static void decide(CompletableFuture<ReadinessSnapshot> result, ReadinessSnapshot snapshot) {
        if (snapshot.ready()) {
            result.complete(snapshot);
        } else {
            result.completeExceptionally(new IllegalStateException("never ready: " + snapshot.reason()));
        }
    }

    @Override
    public Registration addListener(ReadinessListener listener) {
        ListenerCursor cursor = follow(Check.notNull("readiness listener", listener), executor);
        return () -> removeListener(cursor);
    }

    private ListenerCursor follow(ReadinessListener listener, Executor on) {
        ListenerCursor cursor = newCursor(listener, latest(), on);
        listeners.add(cursor);
        // A change between the two lines above has not seen the cursor.
        cursor.wake();
        return cursor;
    }

    private ListenerCursor newCursor(ReadinessListener listener, ReadinessVersion from, Executor on) {
        ListenerTroubles troubles = new ListenerTroubles("readiness-listener");
        Runnable report = () -> troubles.takeDue(clock.nanoTime()).ifPresent(trouble -> events.publish(() -> trouble));
        return new ListenerCursor(listener, from, on, troubles, report);
    }

    private boolean removeListener(ListenerCursor cursor) {
        cursor.remove();
        return listeners.remove(cursor);
    }

    /**
     * Replaces the version in force.
     *
     * @param edit makes the next version from the one in force; null for no change; called again if another thread was faster
     * @return the version in force afterwards
     */
    private ReadinessVersion change(Function<ReadinessVersion, @Nullable VersionDraft> edit) {
        while (true) {
            ReadinessVersion before = latest();
            VersionDraft draft = edit.apply(before);
            if (draft == null) {
                return before;
            }
            ReadinessVersion after = draft.version(now());
            if (current.compareAndSet(before, after)) {
                before.next = after;
                changed.signalAll();
                listeners.forEach(ListenerCursor::wake);
                return after;
            }
        }
    }

    private Status notReady(String reason) {
        return new Status(false, reason, now());
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }
}
