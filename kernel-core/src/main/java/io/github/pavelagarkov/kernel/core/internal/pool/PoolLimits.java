package io.github.pavelagarkov.kernel.core.internal.pool;

import java.time.Duration;

/**
 * How many connections, and for how long; checked by whoever reads settings.
 *
 * @param maxSize how many there may be
 * @param minIdle how many unused ones are kept ready
 * @param idleTimeout after how long an unused one above {@code minIdle} is closed
 * @param maxLifetime after how long one is replaced
 * @param keepalive how often an unused one is tried; zero means never
 * @param connectTimeout how long opening one may take
 * @param acquireTimeout how long a caller waits for one
 */
public record PoolLimits(
        int maxSize,
        int minIdle,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration keepalive,
        Duration connectTimeout,
        Duration acquireTimeout) {
    private static final Duration SHORTEST_TRIAL = Duration.ofMillis(250);

    /** {@return how long a trial may take: so short that after one silently dead connection there is time for another} */
    public Duration trial() {
        Duration half = acquireTimeout.dividedBy(2);
        Duration trial = connectTimeout.compareTo(half) < 0 ? connectTimeout : half;
        return trial.compareTo(SHORTEST_TRIAL) < 0 ? SHORTEST_TRIAL : trial;
    }
}
