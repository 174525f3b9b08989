package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps leases in this process: for tests, and for a service that has one instance. Thread-safe. */
public final class InMemoryLeaseStore implements LeaseStore {
    private record Lease(String id, String identity, long token, long expiresNanos) {}

    private final KernelClock clock;
    private final Object lock = new Object();
    /** INVARIANT: both maps are guarded by lock. */
    private final Map<LeaseKey, Lease> leases = new HashMap<>();

    private final Map<LeaseKey, Long> tokens = new HashMap<>();
    private final List<ReleaseListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * Creates an empty store.
     *
     * @param clock decides when leases expire
     */
    public InMemoryLeaseStore(KernelClock clock) {
        this.clock = clock;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.NOTIFY, Capability.FENCE_SURVIVES_DATA_LOSS);
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        synchronized (lock) {
            return CompletableFuture.completedStage(
                    batch.stream().map(this::acquireOrRenew).toList());
        }
    }

    private LeaseReply acquireOrRenew(LeaseRequest request) {
        long now = clock.nanoTime();
        Lease held = live(request.key(), now);
        long until = now + Deadlines.nanos(request.ttl());
        if (held == null) {
            return request.mode() == Mode.ACQUIRE ? grant(request, until) : new LeaseReply.Free();
        }
        if (held.id().equals(request.leaseId())) {
            leases.put(request.key(), new Lease(held.id(), held.identity(), held.token(), until));
            return new LeaseReply.Held(held.token());
        }
        return new LeaseReply.Taken(Optional.of(Duration.ofNanos(held.expiresNanos() - now)));
    }

    private LeaseReply grant(LeaseRequest request, long until) {
        long token = Math.max(tokens.getOrDefault(request.key(), 0L) + 1, clock.wallMillis() * 1_000);
        tokens.put(request.key(), token);
        leases.put(request.key(), new Lease(request.leaseId(), request.identity(), token, until));
        return new LeaseReply.Held(token);
    }

    private @Nullable Lease live(LeaseKey key, long now) {
        Lease lease = leases.get(key);
        return lease != null && now - lease.expiresNanos() < 0 ? lease : null;
    }

    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        synchronized (lock) {
            Lease held = live(key, clock.nanoTime());
            if (held == null || !held.id().equals(leaseId)) {
                return CompletableFuture.completedStage(false);
            }
            leases.remove(key);
        }
        listeners.forEach(listener -> listener.onReleased(key));
        return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        synchronized (lock) {
            return CompletableFuture.completedStage(Optional.ofNullable(live(key, clock.nanoTime()))
                    .map(lease -> new LeaderInfo(lease.identity(), OptionalLong.of(lease.token()))));
        }
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
