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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What kernel-tck cannot see: events, messages, the suspended host. The rest of DL is in its DistributedLockRules. */
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
    void dl3_aSuspendedHostEndsIt() {
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
