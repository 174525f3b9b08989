/** The beans of applications that say on standard output what happens to them. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.liberty.app;

import org.jspecify.annotations.NullMarked;
