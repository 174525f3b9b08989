/** Time that a test moves by hand. Start with {@link io.github.pavelagarkov.kernel.tck.time.TestClock}. */
@NullMarked
package io.github.pavelagarkov.kernel.tck.time;

import org.jspecify.annotations.NullMarked;
