/** What can be seen of Open Liberty only from outside, in a process of its own. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.liberty;

import org.jspecify.annotations.NullMarked;
