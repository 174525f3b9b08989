/**
 * Assembly: configuration in, running engines out. Start at {@link io.github.pavelagarkov.kernel.core.KernelConfig}.
 *
 * <p>Nothing here reads a setting on its own: a host hands over its sources, the result is one immutable value. What lies
 * in packages named {@code internal} may change without notice.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core;

import org.jspecify.annotations.NullMarked;
