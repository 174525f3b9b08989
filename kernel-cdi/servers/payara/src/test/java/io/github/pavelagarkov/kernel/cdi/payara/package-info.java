/** What can be seen of Payara Server only from outside, in a process of its own. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.payara;

import org.jspecify.annotations.NullMarked;
