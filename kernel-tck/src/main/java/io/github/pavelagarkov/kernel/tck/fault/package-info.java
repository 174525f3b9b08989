/**
 * Faults and proofs for the tests of any implementation of the contract: a network that fails on demand, and exact checks that
 * what should exclude each other does.
 *
 * <p>Start with {@link io.github.pavelagarkov.kernel.tck.fault.TcpProxy} between an implementation and its backend, {@link
 * io.github.pavelagarkov.kernel.tck.fault.LockProof} for a lock, and {@link
 * io.github.pavelagarkov.kernel.tck.fault.ExclusiveIntervals} for anything that only one may hold at a time. Processes that
 * die and freeze are in {@link io.github.pavelagarkov.kernel.tck.process}. Promised: real sockets, real time, no dependency on
 * any implementation. Not promised: lost or reordered packets below TCP.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.fault;

import org.jspecify.annotations.NullMarked;
