/**
 * The one place that sees OpenTelemetry, which is optional: without it there are no trace ids and nothing else changes.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.trace;

import org.jspecify.annotations.NullMarked;
