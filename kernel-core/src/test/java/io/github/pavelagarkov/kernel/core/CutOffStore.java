package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that can be made silent: it never answers again, or never returns. Remembers whether it was closed. */
final class CutOffStore implements LeaseStore {
    private final LeaseStore inner;
    private final KernelClock clock;
    private volatile boolean silent;
    private volatile boolean blocking;
    private volatile boolean closed;

    CutOffStore(KernelClock clock) {
        inner = new InMemoryLeaseStore(clock);
        this.clock = clock;
    }

    void cutOff() {
        silent = true;
    }

    /** From now on it keeps whoever asks for a holder. */
    void block() {
        blocking = true;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public Set<Capability> capabilities() {
        return inner.capabilities();
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        return silent ? new CompletableFuture<>() : inner.acquireOrRenew(batch);
    }

    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        return silent ? new CompletableFuture<>() : inner.release(key, leaseId);
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        if (blocking) {
            try {
                clock.park(clock.nanoTime() + Duration.ofDays(1).toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return silent ? new CompletableFuture<>() : inner.holder(key);
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        return inner.subscribe(listener);
    }

    @Override
    public void close() {
        closed = true;
        inner.close();
    }
}
