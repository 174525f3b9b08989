/** A service of its own on a CDI container of Java SE, as the suite starts it from outside. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests.host;

import org.jspecify.annotations.NullMarked;
