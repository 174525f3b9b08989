/**
 * The one source of time. Start with {@link io.github.pavelagarkov.kernel.time.KernelClock}.
 *
 * <p>Promised: no engine reads another clock or waits with a timeout elsewhere, so a test that controls the clock controls
 * the engine. Not promised: that the two clocks of a machine agree with each other or with those of another machine.
 */
@NullMarked
package io.github.pavelagarkov.kernel.time;

import org.jspecify.annotations.NullMarked;
