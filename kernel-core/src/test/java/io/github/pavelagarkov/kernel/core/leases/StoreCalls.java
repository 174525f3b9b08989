package io.github.pavelagarkov.kernel.core.leases;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests ask of any store, with bounded waits. */
public final class StoreCalls {
    public static final Duration PATIENCE = Duration.ofSeconds(15);
    public static final Duration TTL = Duration.ofSeconds(30);

    private StoreCalls() {}

    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer: " + e, e);
        }
    }

    /** {@return why a stage failed} */
    public static BackendUnavailableException failure(CompletionStage<?> stage) {
        try {
            Object answer = stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            throw new AssertionError("expected a failure, was " + answer);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BackendUnavailableException failure) {
                return failure;
            }
            throw new AssertionError("another failure: " + e, e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no end: " + e, e);
        }
    }

    public static LeaseRequest acquire(LeaseKey key, String leaseId) {
        return new LeaseRequest(key, Mode.ACQUIRE, leaseId, "node-" + leaseId, TTL);
    }

    public static LeaseRequest renew(LeaseKey key, String leaseId) {
        return new LeaseRequest(key, Mode.RENEW, leaseId, "node-" + leaseId, TTL);
    }

    public static LeaseReply ask(LeaseStore store, LeaseRequest request) {
        return get(store.acquireOrRenew(List.of(request))).get(0);
    }

    /** {@return the token of a request that must be granted} */
    public static long token(LeaseStore store, LeaseRequest request) {
        LeaseReply reply = ask(store, request);
        assertThat(reply).isInstanceOf(LeaseReply.Held.class);
        return ((LeaseReply.Held) reply).fencingToken();
    }
}
