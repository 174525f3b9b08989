/**
 * The lease engine: a pure state machine for each election, one timer for all, any store underneath. Internal: may change
 * without notice.
 *
 * <p>{@code LeaseMachine} decides, {@code LeaseElection} carries out, {@code LeaseEngine} is what elections share.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.leader;

import org.jspecify.annotations.NullMarked;
