/**
 * Tests of a service in virtual time. Start with {@link io.github.pavelagarkov.kernel.tck.junit.KernelExtension}.
 *
 * <p>Promised: an hour of a service passes in milliseconds, in the same order on every repetition, and what happened is told
 * with its time. Not promised: virtual time for code that reads another clock than the kernel's.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.junit;

import org.jspecify.annotations.NullMarked;
