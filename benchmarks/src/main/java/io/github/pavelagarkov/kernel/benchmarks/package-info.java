/** Figures against the peers, side by side in one run: absolute times of a shared machine mean little, ratios mean more. */
@NullMarked
package io.github.pavelagarkov.kernel.benchmarks;

import org.jspecify.annotations.NullMarked;
