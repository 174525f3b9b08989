/**
 * What kernel does around the requests of a Jakarta REST application, the same on every server: correlation id, access
 * line, and an answer to errors that nobody caught. Start with {@link
 * io.github.pavelagarkov.kernel.core.rest.KernelRestFeature}; the hosts register it by themselves.
 *
 * <p>Promised: rules HT-1 to HT-4. Not promised: anything about responses that the REST application does not make, such as
 * a 404 of the server for another path, or its answer when a filter of the application fails twice.
 *
 * <p>The only package of kernel-core that sees Jakarta REST, which is optional.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.rest;

import org.jspecify.annotations.NullMarked;
