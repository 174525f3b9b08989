/**
 * Applications and their tests, which run unchanged inside every server of {@code kernel-cdi/servers}.
 *
 * <p>A runner module says with system properties what its server is, see {@link
 * io.github.pavelagarkov.kernel.cdi.tests.TestServer}; an application finds the same in its own configuration.
 */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests;

import org.jspecify.annotations.NullMarked;
