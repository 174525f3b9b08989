/** The application of the suite in a container of Java SE or in a web archive, as the suite starts it from outside. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests.host;

import org.jspecify.annotations.NullMarked;
