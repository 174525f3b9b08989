/** Gives kernel-core to the suite: its engines, and a host in a JVM of its own. */
@NullMarked
package io.github.pavelagarkov.kernel.conformance;

import org.jspecify.annotations.NullMarked;
