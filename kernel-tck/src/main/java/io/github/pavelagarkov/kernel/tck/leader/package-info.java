/**
 * Leadership that a test decides. Start with {@link io.github.pavelagarkov.kernel.tck.leader.ManualLeaderElector}.
 *
 * <p>Promised: what a service sees of an election, in order and on the right threads, as a real elector shows it. Not promised:
 * leases. Leadership ends when the test says so, or a lease after the test has cut the elector off.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.leader;

import org.jspecify.annotations.NullMarked;
