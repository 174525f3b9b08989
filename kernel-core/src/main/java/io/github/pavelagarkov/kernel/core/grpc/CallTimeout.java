package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a unary call whose time is over: its Context is cancelled, and with it the calls that it makes, and its client is
 * answered. A client that wants it earlier is served by gRPC itself.
 */
final class CallTimeout implements ServerInterceptor {
    private final Duration most;
    private final ScheduledExecutorService timer;
    private final Executor executor;

    CallTimeout(Duration most, ScheduledExecutorService timer, Executor executor) {
        this.most = most;
        this.timer = timer;
        this.executor = executor;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
            return next.startCall(call, headers);
        }
        Deadline ours = Deadline.after(most.toNanos(), TimeUnit.NANOSECONDS);
        Deadline clients = Context.current().getDeadline();
        if (clients != null && clients.isBefore(ours)) {
            return next.startCall(call, headers);
        }
        // Ended by gRPC with the call, as every child of the call's own context is.
        Context.CancellableContext limited = Context.current().withDeadline(ours, timer);
        limited.addListener(context -> endIfLate(context, call), executor);
        return Contexts.interceptCall(limited, call, headers, next);
    }

    private void endIfLate(Context context, ServerCall<?, ?> call) {
        if (context.cancellationCause() instanceof TimeoutException) {
            call.close(Status.DEADLINE_EXCEEDED.withDescription("the call took longer than " + most), new Metadata());
        }
    }
}
