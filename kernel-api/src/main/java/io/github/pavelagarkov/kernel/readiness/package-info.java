/**
 * A truthful answer to "should this instance get traffic". Start with {@link
 * io.github.pavelagarkov.kernel.readiness.ReadinessBarrier#component}.
 *
 * <p>Promised: a signal is in force when its call returns, reading never blocks, and shutting down is for ever. Not promised:
 * that a ready instance can serve every request; readiness says what its components said last.
 */
@NullMarked
package io.github.pavelagarkov.kernel.readiness;

import org.jspecify.annotations.NullMarked;
