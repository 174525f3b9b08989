package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolProbe;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens new connections and lets go of the old ones, one reconnect at a time. Thread-safe. */
final class Reconnects {
    /** What the last attempt came to. */
    private record Last(
            ClickHouseSettings settings, long at, @Nullable BackendUnavailableException failure) {}

    private final String name;
    private final PoolParts parts;
    private final Set<PoolGeneration> draining = ConcurrentHashMap.newKeySet();
    /** Held while one reconnects: whoever waits for it finds the answer when it is free. */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    private @Nullable Last last;

    Reconnects(String name, PoolParts parts) {
        this.name = name;
        this.parts = parts;
    }

    /**
     * Replaces a generation.
     *
     * @param current the one in use
     * @param wanted settings of the next; empty for those that are in force when it is this call's turn
     * @param swap puts the next in place; false if the pool has been closed
     */
    ReconnectReport reconnect(
            Supplier<PoolGeneration> current, Optional<ClickHouseSettings> wanted, Predicate<PoolGeneration> swap) {
        oneAtATime.lock();
        try {
            long from = parts.clock().nanoTime();
            ClickHouseSettings settings = wanted.orElseGet(() -> current.get().settings());
            Optional<Last> lately = lately(settings, from);
            if (lately.isPresent()) {
                return again(lately.get());
            }
            return swapped(current.get(), settings, swap, from);
        } finally {
            oneAtATime.unlock();
        }
    }

    private Optional<Last> lately(ClickHouseSettings settings, long now) {
        return Optional.ofNullable(last)
                .filter(known -> known.settings().equals(settings))
                .filter(known -> now - known.at() < ClickHousePool.RECONNECT_PAUSE.toNanos());
    }

    private static ReconnectReport again(Last known) {
        BackendUnavailableException failure = known.failure();
        if (failure != null) {
            throw new BackendUnavailableException(String.valueOf(failure.getMessage()), failure);
        }
        return new ReconnectReport(false, 0, Duration.ZERO);
    }

    private ReconnectReport swapped(
            PoolGeneration old, ClickHouseSettings settings, Predicate<PoolGeneration> swap, long from) {
        ClickHouseSubject subject = new ClickHouseSubject(name, settings, parts.policy());
        ping(subject);
        PoolGeneration next = PoolGeneration.start(subject, parts);
        // Before the swap: whoever closes the pool meanwhile either finds it here, or makes the swap fail.
        draining.add(old);
        if (!swap.test(next)) {
            draining.remove(old);
            // Closing the pool has ended one of the two, and nobody knows which.
            var unusedNext = next.pool().close(settings.connectTimeout());
            var unusedOld = old.pool().close(settings.connectTimeout());
            throw new IllegalStateException(subject.text() + " is closed");
        }
        int lent = old.pool().stats().active();
        drain(old);
        long now = parts.clock().nanoTime();
        last = new Last(settings, now, null);
        ReconnectReport report = new ReconnectReport(true, lent, Duration.ofNanos(now - from));
        parts.events().accept(() -> new ClickHouseEvent.Reconnected(name, settings.address(), report));
        return report;
    }

    /** On a connection of its own, which goes again: the pool opens its first one by itself. */
    private void ping(ClickHouseSubject subject) {
        ConnectionSource source = ClickHouseDriver.connections(name, subject.settings());
        PoolProbe probe = new PoolProbe(source, subject, Optional::empty, parts.clock(), parts.threads());
        // Opening a socket, and the answer to the first query.
        PoolPing ping = probe.ask(subject.settings().connectTimeout().multipliedBy(3));
        ping.trouble().ifPresent(trouble -> {
            BackendUnavailableException failure =
                    new BackendUnavailableException(subject.text() + " not reconnected: " + trouble);
            // An interrupt says nothing about the server, and must not be the answer for others.
            if (!Thread.currentThread().isInterrupted()) {
                last = new Last(subject.settings(), parts.clock().nanoTime(), failure);
                parts.events().accept(() -> new ClickHouseEvent.ReconnectFailed(name, failure));
            }
            throw failure;
        });
    }

    private void drain(PoolGeneration old) {
        Runnable work = () -> {
            PoolCloseReport report = old.pool().drain(old.settings().drainTimeout());
            draining.remove(old);
            parts.events().accept(() -> new ClickHouseEvent.Drained(name, report));
        };
        try {
            parts.threads().newThread(work).start();
        } catch (RuntimeException | OutOfMemoryError e) {
            // No thread is to be had: the caller waits in its place.
            work.run();
        }
    }

    /** Lets what old generations have lent out go on no longer than that. */
    void hurry(Duration atMost) {
        draining.forEach(old -> old.pool().hurry(atMost));
    }

    /** Waits until old generations are gone. */
    PoolCloseReport awaitDrained(Duration atMost) {
        long from = parts.clock().nanoTime();
        long until = Deadlines.after(parts.clock(), atMost);
        int cut = 0;
        boolean complete = true;
        for (PoolGeneration old : draining) {
            PoolCloseReport report = old.pool().close(Deadlines.left(parts.clock(), until));
            cut += report.cut();
            complete &= report.complete();
        }
        return new PoolCloseReport(cut, complete, Duration.ofNanos(parts.clock().nanoTime() - from));
    }
}
