/** The beans of an application that is wrong in every way that can be told before it runs. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests.wrong;

import org.jspecify.annotations.NullMarked;
