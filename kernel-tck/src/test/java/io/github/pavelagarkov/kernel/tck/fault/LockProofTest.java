package io.github.pavelagarkov.kernel.tck.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockProofTest {
    @Test
    void aLockThatExcludesGivesTheExactSum() throws InterruptedException {
        LockProof.Result result = LockProof.of(new LocalLock(1)).run();

        result.assertExact();
        assertThat(result.increments()).isEqualTo(8_000);
        assertThat(result.sum()).isEqualTo(8_000);
    }

    @Test
    void aLockThatLetsTwoInIsFound() throws InterruptedException {
        LockProof.Result result =
                LockProof.of(new LocalLock(2)).threads(4).increments(2_000).run();

        assertThatThrownBy(result::assertExact)
                .isInstanceOf(AssertionError.class)
                .message()
                .containsAnyOf("lock did not exclude: 8000 unguarded increments gave ", "was held by two at once");
    }

    @Test
    void aTokenThatStandsStillIsFound() throws InterruptedException {
        LocalLock lock = new LocalLock(1);
        lock.step = 0;

        LockProof.Result result = LockProof.of(lock).threads(1).increments(3).run();

        assertThatThrownBy(result::assertExact)
                .hasMessage("fencing token did not grow 2 times in 3 grants; each must be greater than the one before");
    }

    @Test
    void aGrantThatRanOutShowsNothing() throws InterruptedException {
        LocalLock lock = new LocalLock(1);
        lock.held = false;

        LockProof.Result result = LockProof.of(lock).threads(1).increments(3).run();

        assertThatThrownBy(result::assertExact)
                .hasMessageStartingWith("lock proof shows nothing: 3 of 3 grants ran out before they were given back");
    }

    @Test
    void aLockThatIsNotToBeHadIsFound() throws InterruptedException {
        LockProof.Result result = LockProof.of(new LocalLock(0))
                .threads(1)
                .increments(2)
                .times(Duration.ofSeconds(1), Duration.ofMillis(1))
                .run();

        assertThatThrownBy(result::assertExact)
                .hasMessageStartingWith("lock was not granted in time 2 times beside 0 increments");
    }

    @Test
    void countsOnInAFile(@TempDir Path directory) throws InterruptedException {
        ProofCounter file = ProofCounter.inFile(directory.resolve("counter"));
        LockProof proof =
                LockProof.of(new LocalLock(1)).counter(file).threads(3).increments(50);

        proof.run().assertExact();
        proof.run().assertExact();

        assertThat(file.read()).isEqualTo(300);
    }

    @Test
    void namesWhatItCannotDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LockProof.of(new LocalLock(1)).threads(0))
                .withMessage("threads of a lock proof must be positive, was 0");
    }

    /** A lock of one process, for as many holders as it is told. */
    private static final class LocalLock implements DistributedLock {
        private final Semaphore permits;
        private final AtomicLong tokens = new AtomicLong();
        private volatile long step = 1;
        private volatile boolean held = true;

        LocalLock(int holders) {
            permits = new Semaphore(holders);
        }

        @Override
        public Optional<LockHandle> tryLock(String name, Duration ttl) {
            return permits.tryAcquire() ? Optional.of(grant(name)) : Optional.empty();
        }

        @Override
        public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
            return permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)
                    ? Optional.of(grant(name))
                    : Optional.empty();
        }

        private LockHandle grant(String name) {
            long token = tokens.addAndGet(step);
            return new LockHandle() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public long fencingToken() {
                    return token;
                }

                @Override
                public boolean isHeld() {
                    return held;
                }

                @Override
                public Duration remaining() {
                    return held ? Duration.ofDays(1) : Duration.ZERO;
                }

                @Override
                public boolean extend(Duration ttl) {
                    return held;
                }

                @Override
                public boolean unlock() {
                    permits.release();
                    return true;
                }

                @Override
                public Registration onLost(Runnable action) {
                    return () -> false;
                }

                @Override
                public void close() {
                    var unused = unlock();
                }
            };
        }
    }
}
