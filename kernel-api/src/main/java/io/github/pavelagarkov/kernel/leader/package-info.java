/**
 * One leader at a time. Start with {@link io.github.pavelagarkov.kernel.leader.LeaderElector#join}.
 *
 * <p>Promised: a node that says it leads holds a lease that the store has not given away yet; work is stopped before the
 * lease is given up; the fencing token grows with every term.
 *
 * <p>Not promised: that a side effect of an old leader is impossible. A process may be paused between its check and its
 * write; only the resource can refuse that write, by comparing {@link
 * io.github.pavelagarkov.kernel.leader.Term#fencingToken()}. Not promised either: fairness between candidates, and anything
 * across a fail-over of a store that replicates asynchronously.
 *
 * <p>To bring another backend implement {@link io.github.pavelagarkov.kernel.leader.LeaseStore}; to bring a whole engine
 * implement {@link io.github.pavelagarkov.kernel.leader.LeaderElector}.
 */
@NullMarked
package io.github.pavelagarkov.kernel.leader;

import org.jspecify.annotations.NullMarked;
