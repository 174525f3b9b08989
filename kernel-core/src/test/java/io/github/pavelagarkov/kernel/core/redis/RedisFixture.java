package io.github.pavelagarkov.kernel.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** What the tests of this package share: connections to a real Redis, bounded waits, short requests. */
final class RedisFixture {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    static final Duration TTL = Duration.ofSeconds(30);

    private RedisFixture() {}

    static RedisSettings settings(RedisProcess redis) {
        return RedisSettings.of(redis.uri().toString()).withTimeouts(Duration.ofMillis(500), Duration.ofMillis(500));
    }

    /** {@return a connection that may not be ready yet} */
    static RedisConnection open(RedisSettings settings) {
        return RedisConnection.open(settings, KernelClock.system(), Thread::new);
    }

    /** {@return a connection that is ready} */
    static RedisConnection connect(RedisProcess redis) {
        return ready(open(settings(redis)));
    }

    static RedisConnection ready(RedisConnection connection) {
        await().atMost(PATIENCE).until(connection::isReady);
        return connection;
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer: " + e, e);
        }
    }

    /** {@return why a stage failed} */
    static BackendUnavailableException failure(CompletionStage<?> stage) {
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

    static LeaseRequest acquire(LeaseKey key, String leaseId) {
        return new LeaseRequest(key, Mode.ACQUIRE, leaseId, "node-" + leaseId, TTL);
    }

    static LeaseRequest renew(LeaseKey key, String leaseId) {
        return new LeaseRequest(key, Mode.RENEW, leaseId, "node-" + leaseId, TTL);
    }

    static LeaseReply ask(LeaseStore store, LeaseRequest request) {
        return get(store.acquireOrRenew(List.of(request))).get(0);
    }

    /** {@return the token of a request that must be granted} */
    static long token(LeaseStore store, LeaseRequest request) {
        LeaseReply reply = ask(store, request);
        assertThat(reply).isInstanceOf(LeaseReply.Held.class);
        return ((LeaseReply.Held) reply).fencingToken();
    }

    /** {@return the names of the live threads that a connection or its Redisson client made} */
    static Set<Thread> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> {
                    String name = thread.getName().toLowerCase(Locale.ROOT);
                    return name.contains("redisson") || name.startsWith("kernel-redis");
                })
                .collect(Collectors.toSet());
    }
}
