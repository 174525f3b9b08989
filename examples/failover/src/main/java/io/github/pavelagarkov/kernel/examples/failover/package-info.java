/** The main job, to be watched: start with {@code Replica}, the service; {@code Failover} directs two of them. */
@NullMarked
package io.github.pavelagarkov.kernel.examples.failover;

import org.jspecify.annotations.NullMarked;
