/** Runs hooks in order within a budget. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.shutdown;

import org.jspecify.annotations.NullMarked;
