/**
 * A gRPC server that stops in order. Start with {@link io.github.pavelagarkov.kernel.core.grpc.GrpcServer#builder}; a service
 * that uses {@code Kernel} sets {@code kernel.grpc.port} and gives its services to
 * {@link io.github.pavelagarkov.kernel.core.grpc.GrpcServing}.
 *
 * <p>Every call passes these, from the outside to the inside, and its answer passes them back: the count of open calls, which
 * also makes a call end once; the correlation id, in the log context and in {@code Context}; the access line; the answer to
 * whatever was thrown; the time limit; the limit of a response; your own interceptors; your service.
 *
 * <p>Needs {@code io.grpc:grpc-netty-shaded} and {@code io.grpc:grpc-services} on the class path.
 *
 * <p>Promised: no thread of the server is left when its close has returned. Not promised: that a handler which ignores its
 * cancelled {@code Context} ends; the caller has its answer, the thread is the handler's.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.grpc;

import org.jspecify.annotations.NullMarked;
