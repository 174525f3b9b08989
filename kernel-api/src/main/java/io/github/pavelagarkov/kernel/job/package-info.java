/**
 * Work that runs on time and stops when told. Start with {@link io.github.pavelagarkov.kernel.job.JobSpec#named} and {@link
 * io.github.pavelagarkov.kernel.job.JobScheduler#register}, or with {@link io.github.pavelagarkov.kernel.job.Job} on a
 * method where a host binds it.
 *
 * <p>Promised: never early, never a storm of missed runs, a deadline that interrupts, a stop that is bounded and says what it
 * left behind. Not promised: exactly one run per point over a fail-over, and an end to code that ignores interrupts.
 */
@NullMarked
package io.github.pavelagarkov.kernel.job;

import org.jspecify.annotations.NullMarked;
