/** Keeps readiness as one immutable snapshot. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.readiness;

import org.jspecify.annotations.NullMarked;
