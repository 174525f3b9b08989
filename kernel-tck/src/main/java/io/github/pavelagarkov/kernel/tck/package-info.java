/**
 * The compatibility suite: start at {@link io.github.pavelagarkov.kernel.tck.KernelTckProvider}.
 *
 * <p>An implementer gives the suite his implementation by one class; the suite asks each rule of SPEC.md of it and says in a
 * report which ones hold. Promised: a test that could not run is shown as skipped with its reason and never as passed. Not
 * promised: that an implementation with no failed test has no defect.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck;

import org.jspecify.annotations.NullMarked;
