package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Does what the real one does, unless told otherwise. */
class ForwardingStore implements LeaseStore {
    private final LeaseStore real;

    ForwardingStore(LeaseStore real) {
        this.real = real;
    }

    @Override
    public Set<Capability> capabilities() {
        return real.capabilities();
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        return real.acquireOrRenew(batch);
    }

    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        return real.release(key, leaseId);
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        return real.holder(key);
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        return real.subscribe(listener);
    }

    @Override
    public void close() {
        real.close();
    }
}
