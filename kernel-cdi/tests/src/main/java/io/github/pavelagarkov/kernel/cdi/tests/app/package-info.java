/** The beans of the application under test. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests.app;

import org.jspecify.annotations.NullMarked;
