/** Random faults against replicas of one election: start with {@code Chaos}; {@code ChaosReplica} is what it starts. */
@NullMarked
package io.github.pavelagarkov.kernel.examples.chaos;

import org.jspecify.annotations.NullMarked;
