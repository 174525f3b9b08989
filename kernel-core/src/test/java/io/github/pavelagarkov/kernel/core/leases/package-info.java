/** What the tests of several lease stores share. */
@NullMarked
package io.github.pavelagarkov.kernel.core.leases;

import org.jspecify.annotations.NullMarked;
