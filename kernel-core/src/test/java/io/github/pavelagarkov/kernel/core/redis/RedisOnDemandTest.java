package io.github.pavelagarkov.kernel.core.redis;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.failure;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** A connection that nobody has used yet costs nothing; no Redis is needed to see that. */
final class RedisOnDemandTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    private static final RedisSettings NOWHERE = RedisSettings.of("redis://127.0.0.1:1");

    private final AtomicInteger opened = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** A client that cannot be made, once it is let. */
    private RedissonClient none() {
        opened.incrementAndGet();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("made up");
    }

    private RedisConnection onDemand() {
        return RedisConnection.onDemand(NOWHERE, this::none, KernelClock.system(), Thread::new);
    }

    @Test
    void beginsToConnectWithTheFirstCall() {
        try (RedisConnection connection = onDemand();
                RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.kernel("shop"))) {
            assertThat(opened).as("a store over it is not a use of it").hasValue(0);

            assertThat(failure(store.holder(KEY))).hasMessageEndingWith("has not answered yet");

            await().atMost(PATIENCE).until(() -> opened.get() == 1);
            connection.connect();
            goOn.countDown();
        }
    }

    @Test
    void leaseAskedForWaitsForTheFirstAttemptAndNoLonger() {
        try (RedisConnection connection = onDemand();
                RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.kernel("shop"))) {
            CompletionStage<List<LeaseReply>> asked = store.acquireOrRenew(List.of(acquire(KEY, "one")));
            await().atMost(PATIENCE).until(() -> opened.get() == 1);
            assertThat(asked).isNotDone();

            goOn.countDown();

            assertThat(failure(asked)).hasMessageContaining("made up");
            assertThat(failure(store.acquireOrRenew(List.of(acquire(KEY, "two")))))
                    .hasMessageContaining("made up");
        }
    }

    @Test
    void closingEndsTheWaitForAConnectionThatIsBeingMade() {
        RedisConnection connection = onDemand();
        CompletionStage<List<LeaseReply>> asked;
        try (RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.kernel("shop"))) {
            asked = store.acquireOrRenew(List.of(acquire(KEY, "one")));
            connection.close();

            assertThat(failure(asked)).hasMessageEndingWith("is closed");
        }
    }

    @Test
    void neverUsedItIsClosedWithoutAThread() {
        RedisConnection connection = onDemand();

        connection.close();
        connection.connect();

        assertThat(opened).hasValue(0);
        assertThat(failure(connection.ping())).hasMessageEndingWith("is closed");
    }

    @Test
    void kernelConnectsWhenItStartsAndNotWhenItIsBuilt() {
        Queue<Thread> made = new ConcurrentLinkedQueue<>();
        Kernel kernel = Kernel.builder()
                .config(KernelConfig.of(
                        Map.of("kernel.application", "shop", "kernel.redis.uri", "redis://127.0.0.1:1")))
                .threads(task -> {
                    Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    made.add(thread);
                    return thread;
                })
                .build();
        assertThat(made)
                .filteredOn(thread -> thread.getName().equals("kernel-redis-connect"))
                .singleElement()
                .returns(Thread.State.NEW, Thread::getState);

        kernel.start();

        assertThat(made)
                .filteredOn(thread -> thread.getName().equals("kernel-redis-connect"))
                .singleElement()
                .extracting(Thread::getState)
                .isNotEqualTo(Thread.State.NEW);
        kernel.close();
    }
}
