/** Turns events and the state of the engines into figures. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.metrics;

import org.jspecify.annotations.NullMarked;
