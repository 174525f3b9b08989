package io.github.pavelagarkov.kernel.core.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The locks of the engine over two stores, as in two processes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresLockTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private final PostgresProcess postgres = PostgresProcess.start();
    private final PostgresLeases leases = PostgresFixture.shop().withAttempt(ATTEMPT);
    private final PostgresLeaseStore here = PostgresFixture.open(PostgresFixture.settings(postgres), leases);
    private final PostgresLeaseStore there = PostgresFixture.open(PostgresFixture.settings(postgres), leases);
    private final LeaseDistributedLock ours = locks(here);
    private final LeaseDistributedLock theirs = locks(there);

    private int counter;

    /**
     * So patient that only a notification wakes a waiter in time: a release that fails, for instance because a rival who came
     * too late still has the row locked, fails the test.
     */
    private static LeaseDistributedLock locks(PostgresLeaseStore store) {
        return LeaseDistributedLock.create(
                store, "node", KernelClock.system(), KernelThreads.system(), ATTEMPT, TTL, Events.none());
    }

    @BeforeAll
    void listen() {
        PostgresFixture.awaitListening(here, postgres);
        PostgresFixture.awaitListening(there, postgres);
    }

    @AfterAll
    void end() {
        ours.close();
        theirs.close();
        here.close();
        there.close();
        postgres.close();
    }

    @Test
    void dl8_noIncrementIsLost() throws Exception {
        int threads = 8;
        int times = 25;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            DistributedLock lock = i % 2 == 0 ? ours : theirs;
            running.add(pool.submit(() -> {
                for (int n = 0; n < times; n++) {
                    try (LockHandle held =
                            lock.lock("counter", TTL, Duration.ofMinutes(2)).orElseThrow()) {
                        counter++;
                        assertThat(held.isHeld()).isTrue();
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : running) {
            assertThat(each.get()).isNull();
        }
        pool.shutdown();

        assertThat(counter).isEqualTo(threads * times);
    }

    @Test
    void dl1_aWaiterIsWokenByTheReleaseOfAnotherProcess() throws Exception {
        LockHandle first = ours.tryLock("told", TTL).orElseThrow();
        CompletableFuture<LockHandle> second = CompletableFuture.supplyAsync(() -> {
            try {
                return theirs.lock("told", TTL, Duration.ofMinutes(2)).orElseThrow();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(theirs.tryLock("told", TTL)).isEmpty();

        assertThat(first.unlock()).isTrue();

        assertThat(second.get().fencingToken()).isGreaterThan(first.fencingToken());
        assertThat(first.unlock()).isFalse();
        assertThat(second.get().unlock()).isTrue();
    }
}
