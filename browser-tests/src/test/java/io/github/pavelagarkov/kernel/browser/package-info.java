/** The page of a kernel in a real browser. */
@NullMarked
package io.github.pavelagarkov.kernel.browser;

import org.jspecify.annotations.NullMarked;
