package io.github.pavelagarkov.kernel.core.architecture;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What the rule of the clock must let pass. */
final class AllowedWaits {
    private AllowedWaits() {}

    static long all(BlockingQueue<String> queue, CountDownLatch latch, Thread thread) throws Exception {
        latch.await();
        thread.join();
        queue.take();
        String polled = queue.poll();
        CompletableFuture<String> future = new CompletableFuture<>();
        future.complete(polled + UUID.randomUUID());
        return future.get().length()
                + TimeUnit.SECONDS.toNanos(ThreadLocalRandom.current().nextInt(3))
                + TimeUnit.NANOSECONDS.convert(Duration.ofMillis(1));
    }
}
