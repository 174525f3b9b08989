/**
 * The Dropwizard host. Start with {@link io.github.pavelagarkov.kernel.dropwizard.KernelBundle}.
 *
 * <p>It translates and decides nothing: Dropwizard's YAML into kernel's settings, Jetty's lifecycle into the steps of a
 * shutdown, kernel's checks into health checks, its actions into admin tasks. What is promised stands in SPEC.md and is the
 * same on every host. For Dropwizard 5; 4 is not supported.
 */
@NullMarked
package io.github.pavelagarkov.kernel.dropwizard;

import org.jspecify.annotations.NullMarked;
