/** Implementations that are broken on purpose, to prove the suite. */
@NullMarked
package io.github.pavelagarkov.kernel.conformance;

import org.jspecify.annotations.NullMarked;
