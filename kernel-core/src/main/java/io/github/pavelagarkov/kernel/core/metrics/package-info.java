/**
 * What a kernel measures, and where the figures go. Start with {@link io.github.pavelagarkov.kernel.core.metrics.KernelMeter},
 * the table of all of them; a library that is to get them is one {@link
 * io.github.pavelagarkov.kernel.core.metrics.MeterSink}.
 *
 * <p>Promised: names, units and labels follow the versioning of kernel; a label has a closed set of values, or is the name of
 * something that the service has; a sink that fails harms nothing. Not promised: a figure for requests over HTTP, which the
 * host has, and for calls of gRPC, which grpc-opentelemetry has.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.metrics;

import org.jspecify.annotations.NullMarked;
