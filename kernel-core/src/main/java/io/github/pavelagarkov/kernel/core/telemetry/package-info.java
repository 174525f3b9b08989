/**
 * Metrics and traces by OpenTelemetry. Start with {@link io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry}.
 *
 * <p>Needs {@code io.opentelemetry:opentelemetry-api}, which a service that uses OpenTelemetry has; calls nothing that is newer
 * than 1.39, the oldest that MicroProfile Telemetry 2 brings. Promised: nothing here is ever waited for.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.telemetry;

import org.jspecify.annotations.NullMarked;
