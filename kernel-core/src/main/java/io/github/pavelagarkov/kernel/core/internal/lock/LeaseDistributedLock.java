package io.github.pavelagarkov.kernel.core.internal.lock;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Locks on the leases of any store. Each grant has an id of its own, so a late command of one cannot touch another. */
public final class LeaseDistributedLock implements DistributedLock, AutoCloseable {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final long RESOLUTION = Duration.ofMillis(1).toNanos();
    /** Leases are counted in milliseconds by their stores. */
    private static final long EXPIRY_SLACK = Duration.ofMillis(2).toNanos();

    private final LeaseStore store;
    private final String identity;
    private final KernelClock clock;
    private final Duration attempt;
    private final Duration pollMax;
    private final Events events;
    private final HeapTimer timer;
    private final Executor executor;
    private final ClockGate released;
    private final AtomicLong releases = new AtomicLong();
    private final Registration subscription;

    private LeaseDistributedLock(
            LeaseStore store,
            String identity,
            KernelClock clock,
            KernelThreads threads,
            Duration attempt,
            Duration pollMax,
            Events events) {
        this.store = store;
        this.identity = identity;
        this.clock = clock;
        this.attempt = attempt;
        this.pollMax = pollMax;
        this.events = events;
        this.timer = new HeapTimer(clock, threads, "kernel-locks", RESOLUTION);
        this.executor = threads.executor("kernel-lock");
        this.released = new ClockGate(clock);
        timer.start();
        this.subscription = store.subscribe(new LeaseStore.ReleaseListener() {
            @Override
            public void onReleased(LeaseKey key) {
                if (key.kind() == LeaseKey.Kind.LOCK) {
                    wakeWaiters();
                }
            }

            @Override
            public void onGap() {
                wakeWaiters();
            }
        });
    }

    /**
     * Creates locks over a store.
     *
     * @param store keeps the leases; stays open
     * @param identity how this process is known to others
     * @param clock the only time
     * @param threads makes the timer's thread and those of the onLost actions
     * @param attempt how long one call to the store may take
     * @param pollMax longest time between two looks of a waiter, if every notification is lost
     * @param events where to report
     * @return the locks
     */
    public static LeaseDistributedLock create(
            LeaseStore store,
            String identity,
            KernelClock clock,
            KernelThreads threads,
            Duration attempt,
            Duration pollMax,
            Events events) {
        return new LeaseDistributedLock(store, identity, clock, threads, attempt, pollMax, events);
    }

    private void wakeWaiters() {
        releases.incrementAndGet();
        released.signalAll();
    }

    @Override
    public Optional<LockHandle> tryLock(String name, Duration ttl) {
        LeaseKey key = checked(name, ttl);
        String leaseId = UUID.randomUUID().toString();
        try {
            return Optional.ofNullable(attempt(key, ttl, leaseId).handle());
        } catch (BackendUnavailableException e) {
            giveBack(key, leaseId);
            throw e;
        } catch (InterruptedException e) {
            giveBack(key, leaseId);
            Thread.currentThread().interrupt();
            throw new BackendUnavailableException("interrupted while taking lock '" + name + "'", e);
        }
    }

    @Override
    public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
        LeaseKey key = checked(name, ttl);
        long until = Deadlines.after(clock, Check.notNegative("wait for lock '" + name + "'", wait));
        // One id for all attempts: if an answer is lost, the next attempt finds the lock held by us.
        String leaseId = UUID.randomUUID().toString();
        boolean unanswered = false;
        while (true) {
            long seen = releases.get();
            long look;
            BackendUnavailableException trouble = null;
            try {
                Grant grant = attempt(key, ttl, leaseId);
                if (grant.handle() != null) {
                    return Optional.of(grant.handle());
                }
                look = clock.nanoTime() + Math.min(grant.expiresIn(), Deadlines.nanos(pollMax));
            } catch (BackendUnavailableException e) {
                trouble = e;
                unanswered = true;
                look = clock.nanoTime() + Deadlines.nanos(attempt);
            } catch (InterruptedException e) {
                giveBack(key, leaseId);
                throw e;
            }
            if (clock.nanoTime() - until >= 0) {
                if (unanswered) {
                    giveBack(key, leaseId);
                }
                if (trouble != null) {
                    throw trouble;
                }
                return Optional.empty();
            }
            try {
                released.await(() -> releases.get() != seen, look - until < 0 ? look : until);
            } catch (InterruptedException e) {
                giveBack(key, leaseId);
                throw e;
            }
        }
    }

    private static LeaseKey checked(String name, Duration ttl) {
        LeaseKey key = LeaseKey.lock(name);
        Check.atLeast("ttl of lock '" + name + "'", ttl, SHORTEST);
        return key;
    }

    /** An attempt whose answer nobody will hear may still be granted. */
    void giveBack(LeaseKey key, String leaseId) {
        var unused = store.release(key, leaseId);
    }

    private record Grant(@Nullable LockHandle handle, long expiresIn) {}

    private Grant attempt(LeaseKey key, Duration ttl, String leaseId) throws InterruptedException {
        long sentNanos = clock.nanoTime();
        long sentWall = clock.wallMillis();
        LeaseReply reply = ask(new LeaseRequest(key, LeaseRequest.Mode.ACQUIRE, leaseId, identity, ttl));
        if (reply instanceof LeaseReply.Held held) {
            return new Grant(new LeaseLockHandle(this, key, leaseId, held.fencingToken(), ttl, sentNanos, sentWall), 0);
        }
        if (reply instanceof LeaseReply.Taken taken) {
            return new Grant(
                    null,
                    taken.remaining()
                            .map(left -> Deadlines.nanos(left) + EXPIRY_SLACK)
                            .orElse(Long.MAX_VALUE));
        }
        throw new BackendUnavailableException(
                "the store answered " + reply + " to an attempt on lock '" + key.name() + "'");
    }

    /** One request, bounded by one attempt. */
    LeaseReply ask(LeaseRequest request) throws InterruptedException {
        List<LeaseReply> replies = await(
                store.acquireOrRenew(List.of(request)), "lock '" + request.key().name() + "'");
        LeaseReply reply = replies.get(0);
        if (reply instanceof LeaseReply.Failed failed) {
            throw new BackendUnavailableException(
                    "cannot take lock '" + request.key().name() + "': "
                            + failed.cause().getMessage(),
                    failed.cause());
        }
        return reply;
    }

    boolean release(LeaseKey key, String leaseId) throws InterruptedException {
        return await(store.release(key, leaseId), "release of lock '" + key.name() + "'");
    }

    private <T> T await(CompletionStage<T> stage, String what) throws InterruptedException {
        AtomicReference<@Nullable T> value = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        ClockGate gate = new ClockGate(clock);
        var unused = stage.whenComplete((result, error) -> {
            value.set(result);
            failure.set(error);
            gate.signalAll();
        });
        boolean done = gate.await(() -> value.get() != null || failure.get() != null, Deadlines.after(clock, attempt));
        Throwable error = failure.get();
        T result = value.get();
        if (error != null) {
            throw new BackendUnavailableException(what + " failed: " + error.getMessage(), error);
        }
        if (!done || result == null) {
            throw new BackendUnavailableException(
                    what + " had no answer within " + attempt + "; its outcome is unknown");
        }
        return result;
    }

    KernelClock clock() {
        return clock;
    }

    HeapTimer timer() {
        return timer;
    }

    Executor executor() {
        return executor;
    }

    Events events() {
        return events;
    }

    String identity() {
        return identity;
    }

    /** Ends the timer and the subscription; handles stay valid until their ttl, without onLost. Idempotent. */
    @Override
    public void close() {
        subscription.remove();
        timer.stop();
    }
}
