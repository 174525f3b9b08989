/** An application in Helidon MP that makes its own OpenTelemetry. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.helidon;

import org.jspecify.annotations.NullMarked;
