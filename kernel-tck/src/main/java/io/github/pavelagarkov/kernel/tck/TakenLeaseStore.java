package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A lease store in which a stranger holds everything. */
final class TakenLeaseStore implements LeaseStore {
    private final Consumer<String> says;

    TakenLeaseStore(Consumer<String> says) {
        this.says = says;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        says.accept("lease store is asked");
        return CompletableFuture.completedStage(batch.stream()
                .map(request -> (LeaseReply) new LeaseReply.Taken(Optional.of(Duration.ofMinutes(1))))
                .toList());
    }

    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        return CompletableFuture.completedStage(false);
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        return () -> false;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
