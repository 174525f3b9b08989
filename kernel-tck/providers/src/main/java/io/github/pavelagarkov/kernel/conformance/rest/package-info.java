/** The REST application of the suite, which every host with HTTP serves; its paths are those of {@code HostHttpRules}. */
@NullMarked
package io.github.pavelagarkov.kernel.conformance.rest;

import org.jspecify.annotations.NullMarked;
