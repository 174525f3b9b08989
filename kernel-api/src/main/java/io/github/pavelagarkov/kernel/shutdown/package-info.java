/**
 * An end in order. Start with {@link io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry#register(String, int,
 * io.github.pavelagarkov.kernel.shutdown.ShutdownAction)}.
 *
 * <p>Promised: readiness goes down first, hooks run by priority, each on its own thread within its own time, all of them
 * within one budget, and a report says what happened to each. Not promised: an end to code that ignores interrupts; it is
 * left behind and named.
 */
@NullMarked
package io.github.pavelagarkov.kernel.shutdown;

import org.jspecify.annotations.NullMarked;
