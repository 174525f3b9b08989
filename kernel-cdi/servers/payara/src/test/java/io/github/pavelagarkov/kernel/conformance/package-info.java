/** Columns of the conformance report. */
@NullMarked
package io.github.pavelagarkov.kernel.conformance;

import org.jspecify.annotations.NullMarked;
