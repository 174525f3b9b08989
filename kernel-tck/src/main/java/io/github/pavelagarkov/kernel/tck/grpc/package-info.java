/**
 * gRPC for the rules of hosts: what a host serves, and the client that calls it. Needs {@code io.grpc:grpc-stub} and a
 * transport, as {@code io.grpc:grpc-netty-shaded}, on the class path of the test; nobody else needs them. Start with {@link
 * io.github.pavelagarkov.kernel.tck.grpc.TckCalls}.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.grpc;

import org.jspecify.annotations.NullMarked;
