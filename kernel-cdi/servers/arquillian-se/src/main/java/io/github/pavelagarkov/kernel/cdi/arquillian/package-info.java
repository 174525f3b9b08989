/**
 * An Arquillian container for CDI SE: Weld SE, Helidon MP. Each deployment is a container of its own in the JVM of the tests.
 *
 * <p>Put on the class path of a test it is found by itself. The classes of the archive stay those of the class path, so that a
 * test class is the same inside and outside; its files are seen through the context class loader. Libraries inside the
 * archive are not looked at: they are on the class path.
 */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.arquillian;

import org.jspecify.annotations.NullMarked;
