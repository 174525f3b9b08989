/**
 * What happened, as records. Start with {@link io.github.pavelagarkov.kernel.event.KernelListener}.
 *
 * <p>Promised: a listener harms nothing, whatever it does. Not promised: that every event arrives; a slow listener loses the
 * oldest ones and is told how many. Nothing of correctness may hang on an event.
 */
@NullMarked
package io.github.pavelagarkov.kernel.event;

import org.jspecify.annotations.NullMarked;
