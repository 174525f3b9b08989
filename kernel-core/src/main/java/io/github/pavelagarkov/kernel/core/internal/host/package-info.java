/** What a plain JVM process needs to be a host: signals, probes, liveness. Internal: may change without notice. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.host;

import org.jspecify.annotations.NullMarked;
