package io.github.pavelagarkov.kernel.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.event.RecordedEvents;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class DistributedLockRulesTest {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestClock clock = new TestClock();
    private final InMemoryLeaseStore store = new InMemoryLeaseStore(clock);
    private final RecordedEvents events = new RecordedEvents();
    private final KernelThreads threads = KernelThreads.of(clock.threads());
    private final LeaseDistributedLock locks =
            LeaseDistributedLock.create(store, "ours", clock, threads, SECOND, Duration.ofSeconds(5), events);

    private LockHandle held(String name) {
        return locks.tryLock(name, TTL).orElseThrow();
    }

    @Test
    void dl1_notGettingALockIsAResult() {
        LockHandle first = held("orders");

        assertThat(locks.tryLock("orders", TTL)).isEmpty();
        assertThat(locks.tryLock("invoices", TTL)).isPresent();
        assertThat(first.unlock()).isTrue();
        assertThat(locks.tryLock("orders", TTL)).isPresent();
    }

    @Test
    void dl1_aWaitIsBounded() throws InterruptedException {
        held("orders");
        AtomicReference<Optional<LockHandle>> got = new AtomicReference<>();
        waitFor("orders", Duration.ofSeconds(3), got);

        clock.advance(Duration.ofMillis(2_999));
        assertThat(got.get()).isNull();
        clock.advance(Duration.ofMillis(10));

        assertThat(got.get()).isEqualTo(Optional.empty());
        assertThat(locks.lock("orders", TTL, Duration.ZERO)).isEmpty();
    }

    @Test
    void dl1_aWaiterIsWokenByTheReleaseAndNotByTime() {
        LockHandle first = held("orders");
        AtomicReference<Optional<LockHandle>> got = new AtomicReference<>();
        waitFor("orders", TTL, got);
        clock.settle();
        long before = clock.nanoTime();

        first.unlock();
        clock.settle();

        assertThat(Objects.requireNonNull(got.get()).orElseThrow().isHeld()).isTrue();
        assertThat(clock.nanoTime()).isEqualTo(before);
    }

    @Test
    void dl1_aWaiterGetsALockWhoseHolderDied() {
        held("orders");
        AtomicReference<Optional<LockHandle>> got = new AtomicReference<>();
        waitFor("orders", Duration.ofSeconds(20), got);

        clock.advance(TTL.plusMillis(10));

        assertThat(Objects.requireNonNull(got.get()).orElseThrow().isHeld()).isTrue();
    }

    private void waitFor(String name, Duration wait, AtomicReference<Optional<LockHandle>> got) {
        threads.newThread("waiter", () -> {
                    try {
                        got.set(locks.lock(name, TTL, wait));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start();
        clock.settle();
    }

    @Test
    void dl1_aLockIsNotRenewedByItself() {
        held("orders");

        clock.advance(TTL);

        assertThat(locks.tryLock("orders", TTL)).isPresent();
    }

    @Test
    void dl2_extendAndUnlockOfALostLockLeaveTheNextHolderAlone() {
        LockHandle first = held("orders");
        clock.advance(TTL);
        LockHandle second = held("orders");

        assertThat(first.extend(TTL)).isFalse();
        assertThat(first.unlock()).isFalse();
        first.close();

        assertThat(second.isHeld()).isTrue();
        assertThat(locks.tryLock("orders", TTL)).isEmpty();
        assertThat(second.unlock()).isTrue();
        assertThat(second.unlock()).isFalse();
        assertThat(second.extend(TTL)).isFalse();
    }

    @Test
    void dl3_isHeldEndsANinthTenthAfterTheRequest() {
        LockHandle handle = held("orders");

        clock.advance(Duration.ofMillis(8_990));
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.remaining()).isEqualTo(Duration.ofMillis(10));
        clock.advance(Duration.ofMillis(10));

        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.remaining()).isZero();
    }

    @Test
    void dl3_extendCountsFromNow() {
        LockHandle handle = held("orders");
        clock.advance(Duration.ofSeconds(8));

        assertThat(handle.extend(TTL)).isTrue();
        clock.advance(Duration.ofSeconds(8));

        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.remaining()).isEqualTo(SECOND);
    }

    @Test
    void dl3_aLongPauseOfTheProcessOrTheHostEndsIt() {
        LockHandle paused = held("orders");
        clock.stall(TTL);
        assertThat(paused.isHeld()).isFalse();

        LockHandle suspended = held("orders");
        clock.suspend(TTL);
        assertThat(suspended.isHeld()).isFalse();
    }

    @Test
    void dl4_onLostIsCalledOnceWhenTheTimeRunsOut() {
        LockHandle handle = held("orders");
        AtomicInteger calls = new AtomicInteger();
        handle.onLost(calls::incrementAndGet);
        var takenBack = handle.onLost(() -> calls.addAndGet(100));
        assertThat(takenBack.remove()).isTrue();

        clock.advance(TTL.multipliedBy(2));
        assertThat(handle.unlock()).isFalse();
        clock.settle();

        assertThat(calls).hasValue(1);
        assertThat(events.of(LeaderEvent.LockTrouble.class)).hasSize(1);
        handle.onLost(calls::incrementAndGet);
        clock.settle();
        assertThat(calls).as("late, so at once").hasValue(2);
    }

    @Test
    void dl4_onLostIsNotCalledAfterUnlock() {
        LockHandle handle = held("orders");
        AtomicInteger calls = new AtomicInteger();
        handle.onLost(calls::incrementAndGet);

        handle.unlock();
        clock.advance(TTL.multipliedBy(2));

        assertThat(calls).hasValue(0);
        assertThat(events.of(LeaderEvent.LockTrouble.class)).isEmpty();
    }

    @Test
    void dl5_tokensGrowWithEveryGrant() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (LockHandle handle = held("orders")) {
                tokens.add(handle.fencingToken());
            }
        }

        assertThat(tokens).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void dl7_badNamesAndTimesAreRefused() {
        assertThatThrownBy(() -> locks.tryLock("Orders", TTL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lock name");
        assertThatThrownBy(() -> locks.tryLock("orders", Duration.ofNanos(999_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ttl of lock 'orders'");
        assertThatThrownBy(() -> locks.lock("orders", TTL, Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wait for lock 'orders'");
        LockHandle handle = held("orders");
        assertThatThrownBy(() -> handle.extend(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private static LeaseDistributedLock over(RedisConnection connection, Events events) {
        return LeaseDistributedLock.create(
                RedisLeaseStore.over(connection, RedisKeys.kernel("locks")),
                "ours",
                KernelClock.system(),
                KernelThreads.system(),
                SECOND,
                Duration.ofSeconds(5),
                events);
    }

    @Test
    void dl8_eightThreadsCountExactlyUnderTheLockInRedis() throws Exception {
        int[] counter = new int[1];
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = RedisFixture.connect(redis);
                LeaseDistributedLock real = over(connection, Events.none())) {
            Callable<Integer> work = () -> {
                int got = 0;
                for (int i = 0; i < 1_000; i++) {
                    // Neither volatile nor atomic: the lock alone keeps an increment from being lost.
                    try (LockHandle handle = real.lock("counter", Duration.ofSeconds(30), Duration.ofSeconds(60))
                            .orElseThrow()) {
                        counter[0]++;
                        got += handle.isHeld() ? 1 : 0;
                    }
                }
                return got;
            };
            int sum = 0;
            for (Future<Integer> each : pool.invokeAll(List.of(work, work, work, work, work, work, work, work))) {
                sum += each.get(60, TimeUnit.SECONDS);
            }

            assertThat(counter[0]).isEqualTo(8_000);
            assertThat(sum).isEqualTo(8_000);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void dl2_closeNeverThrowsWhenRedisIsGone() {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = RedisFixture.connect(redis);
                LeaseDistributedLock real = over(connection, events)) {
            LockHandle closed = real.tryLock("closed", TTL).orElseThrow();
            LockHandle unlocked = real.tryLock("unlocked", TTL).orElseThrow();
            redis.kill();

            assertThatThrownBy(() -> unlocked.extend(TTL)).isInstanceOf(BackendUnavailableException.class);
            assertThat(unlocked.isHeld()).as("the old time counts").isTrue();
            assertThatThrownBy(unlocked::unlock).isInstanceOf(BackendUnavailableException.class);
            assertThatThrownBy(() -> real.tryLock("another", TTL)).isInstanceOf(BackendUnavailableException.class);
            closed.close();

            await().atMost(RedisFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(events.of(LeaderEvent.LockTrouble.class))
                            .singleElement()
                            .satisfies(trouble -> assertThat(trouble.toString())
                                    .contains("closed", "could not be given back", connection.address())));
        }
    }
}
