/**
 * What a pool of connections says of itself, whatever database it leads to. Start with {@link
 * io.github.pavelagarkov.kernel.pool.PoolPing}.
 *
 * <p>Promised: values that do not change and hold no secret.
 */
@NullMarked
package io.github.pavelagarkov.kernel.pool;

import org.jspecify.annotations.NullMarked;
