package io.github.pavelagarkov.kernel.core.internal.pool;

import java.time.Instant;

/**
 * A connection that could not be opened.
 *
 * @param at when
 * @param reason why, without a secret
 */
public record PoolFailure(Instant at, String reason) {}
