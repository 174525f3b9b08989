package io.github.pavelagarkov.kernel.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of asking a database for a sign of life.
 *
 * @param trouble why there was none, without a secret, in the same words for the same reason; empty if it answered
 * @param took how long it took
 */
public record PoolPing(Optional<String> trouble, Duration took) {
    /** {@return whether the database answered} */
    public boolean answered() {
        return trouble.isEmpty();
    }
}
