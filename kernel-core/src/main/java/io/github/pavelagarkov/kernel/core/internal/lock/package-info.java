/** Distributed locks over a lease store. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.lock;

import org.jspecify.annotations.NullMarked;
