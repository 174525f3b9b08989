package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.lock.KeyLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.redisson.api.RScript;

/** The bare lock of the Go library on its own keys. Thread-safe. */
public final class RedisKeyLock implements KeyLock {
    private final RedisConnection connection;

    private RedisKeyLock(RedisConnection connection) {
        this.connection = connection;
    }

    /**
     * {@return a lock over a connection}
     *
     * @param connection stays the caller's
     */
    public static RedisKeyLock over(RedisConnection connection) {
        return new RedisKeyLock(Check.notNull("connection", connection));
    }

    @Override
    public boolean lock(String key, String value, Duration ttl) {
        return call("lock", LeaseScripts.LOCK, key, value, millis(key, ttl));
    }

    @Override
    public boolean unlock(String key, String value) {
        return call("unlock", LeaseScripts.UNLOCK, key, value);
    }

    @Override
    public boolean extendTtl(String key, String value, Duration ttl) {
        return call("extend", LeaseScripts.EXTEND, key, value, millis(key, ttl));
    }

    private static String millis(String key, Duration ttl) {
        return String.valueOf(Check.atLeast("ttl of lock '" + key + "'", ttl, Duration.ofMillis(1))
                .toMillis());
    }

    private boolean call(String operation, String script, String key, Object... values) {
        if (Check.notNull("lock key", key).isEmpty()) {
            throw new IllegalArgumentException("lock key must not be empty");
        }
        if (Check.notNull("value of lock '" + key + "'", values[0]).toString().isEmpty()) {
            throw new IllegalArgumentException("value of lock '" + Check.printable(key) + "' must not be empty");
        }
        try {
            // Bounded by the connection's command timeout.
            Long done = connection
                    .<Long>eval(script, RScript.ReturnType.LONG, List.of(RedisKeys.GO_PREFIX + key), values)
                    .toCompletableFuture()
                    .get();
            return done != null && done == 1;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BackendUnavailableException(
                    "cannot " + operation + " '" + Check.printable(key) + "': " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendUnavailableException(
                    "interrupted during " + operation + " of '" + Check.printable(key) + "'; its outcome is unknown",
                    e);
        }
    }
}
