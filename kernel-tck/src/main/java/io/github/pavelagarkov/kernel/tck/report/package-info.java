/** Writes what the suite found: a file for each implementation, and one page that shows all of them side by side. */
@NullMarked
package io.github.pavelagarkov.kernel.tck.report;

import org.jspecify.annotations.NullMarked;
