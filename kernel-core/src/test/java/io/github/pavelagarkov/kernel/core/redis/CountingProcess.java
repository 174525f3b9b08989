package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.lock.LeaseDistributedLock;
import io.github.pavelagarkov.kernel.tck.fault.LockProof;
import io.github.pavelagarkov.kernel.tck.fault.ProofCounter;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.nio.file.Path;
import java.time.Duration;

/** Counts under a lock in Redis, beside other processes that do the same: {@code <uri> <file> <threads> <increments>}. */
final class CountingProcess {
    private CountingProcess() {}

    public static void main(String[] args) throws InterruptedException {
        RedisSettings settings = RedisSettings.of(args[0]).withTimeouts(Duration.ofMillis(500), Duration.ofMillis(500));
        try (RedisConnection connection = RedisFixture.ready(RedisFixture.open(settings));
                LeaseDistributedLock lock = LeaseDistributedLock.create(
                        RedisLeaseStore.over(connection, RedisKeys.kernel("counting")),
                        "process-" + ProcessHandle.current().pid(),
                        KernelClock.system(),
                        KernelThreads.system(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Events.none())) {
            LockProof.Result result = LockProof.of(lock)
                    .counter(ProofCounter.inFile(Path.of(args[1])))
                    .threads(Integer.parseInt(args[2]))
                    .increments(Integer.parseInt(args[3]))
                    .run();
            System.out.println("counted " + result.increments() + " missed " + result.missed() + " expired "
                    + result.expired() + " backwards " + result.backwards());
        }
    }
}
