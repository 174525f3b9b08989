/**
 * Short mutual exclusion across processes. Start with {@link io.github.pavelagarkov.kernel.lock.DistributedLock#tryLock}.
 *
 * <p>Promised: at most one handle says it is held, a token that grows with every grant, and an end without a release after
 * the ttl. Not promised: exclusion of side effects by a paused holder (check the token at the resource), renewal (a handle
 * lives for its ttl unless it is extended), fairness.
 */
@NullMarked
package io.github.pavelagarkov.kernel.lock;

import org.jspecify.annotations.NullMarked;
