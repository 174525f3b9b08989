/** What can be seen of Helidon MP only from outside, in a process of its own. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.helidon;

import org.jspecify.annotations.NullMarked;
