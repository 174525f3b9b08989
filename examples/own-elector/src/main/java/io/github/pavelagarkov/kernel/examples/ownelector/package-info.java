/**
 * A leader elector of somebody else's: leases in files of a shared folder, one thread for each election. It knows kernel-api and
 * nothing else, and passes the compatibility suite.
 */
@NullMarked
package io.github.pavelagarkov.kernel.examples.ownelector;

import org.jspecify.annotations.NullMarked;
