/** Another package, for what is inherited from there. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.elsewhere;

import org.jspecify.annotations.NullMarked;
