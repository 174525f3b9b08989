package io.github.pavelagarkov.kernel.core.redis;

import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the tests of this package share: connections to a real Redis, bounded waits, short requests. */
final class RedisFixture {
    static final Duration PATIENCE = Duration.ofSeconds(15);

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
