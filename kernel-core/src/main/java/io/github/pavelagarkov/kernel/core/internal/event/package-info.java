/** Carries events from engines to listeners. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.event;

import org.jspecify.annotations.NullMarked;
