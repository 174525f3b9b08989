/**
 * The job scheduler. Start with {@link io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler}. Internal: may change
 * without notice.
 *
 * <p>One lock guards the state of all jobs of a scheduler. It is held for a few assignments at a time; code of a user, the
 * executor, and interrupts are called without it.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.job;

import org.jspecify.annotations.NullMarked;
