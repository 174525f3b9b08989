/** Threads, timers and waiting, all on the injected clock. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.concurrent;

import org.jspecify.annotations.NullMarked;
