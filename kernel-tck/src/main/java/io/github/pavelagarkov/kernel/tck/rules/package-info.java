/**
 * The rules as tests, a class for each contract.
 *
 * <p>Run them with surefire's {@code dependenciesToScan}; each test says in its Javadoc where to look when it fails.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.rules;

import org.jspecify.annotations.NullMarked;
