package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.log.CallLog;
import io.github.pavelagarkov.kernel.time.KernelClock;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes one line when a call has ended, whichever way, if anybody read such lines when it began. */
final class AccessLines implements ServerInterceptor {
    private final CallLog log;
    private final KernelClock clock;

    AccessLines(CallLog log, KernelClock clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        boolean quiet = Infrastructure.serves(call.getMethodDescriptor());
        if (!log.isOn(quiet)) {
            return next.startCall(call, headers);
        }
        Watched<Q, R> watched = new Watched<>(call, quiet, GrpcCorrelation.ID.get(), clock.nanoTime());
        return new LineListener<>(next.startCall(watched, headers), watched);
    }

    private void write(Watched<?, ?> call, Status.Code status) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Duration took = Duration.ofNanos(clock.nanoTime() - call.begun);
        log.ended(call.quiet, method, call.id, status.name(), took, call.requestBytes, call.responseBytes);
    }

    /** {@return the size of a message; nothing if its marshaller does not know it beforehand} */
    private static long size(Object message) {
        try {
            return message instanceof InputStream bytes && message instanceof KnownLength ? bytes.available() : 0;
        } catch (IOException e) {
            // A line without a size is better than a call without an answer.
            return 0;
        }
    }

    /** Counts without a lock: the line of a cancelled call may miss what was being sent at that moment. */
    private static final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
        final boolean quiet;
        final String id;
        final long begun;
        long requestBytes;
        long responseBytes;
        private final AtomicBoolean closed = new AtomicBoolean();
        volatile Status.Code status = Status.Code.CANCELLED;

        Watched(ServerCall<Q, R> delegate, boolean quiet, String id, long begun) {
            super(delegate);
            this.quiet = quiet;
            this.id = id;
            this.begun = begun;
        }

        @Override
        public void sendMessage(R message) {
            long bytes = size(message);
            super.sendMessage(message);
            responseBytes += bytes;
        }

        @Override
        public void close(Status ended, Metadata trailers) {
            // The first end is the one that the client hears of: a timeout may come in the same moment as the answer.
            if (closed.compareAndSet(false, true)) {
                status = ended.getCode();
                super.close(ended, trailers);
            }
        }
    }

    private final class LineListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Watched<?, ?> call;

        LineListener(ServerCall.Listener<Q> delegate, Watched<?, ?> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            call.requestBytes += size(message);
            super.onMessage(message);
        }

        @Override
        public void onComplete() {
            super.onComplete();
            write(call, call.status);
        }

        @Override
        public void onCancel() {
            // Before the rest hears of it: it may clean the context up.
            boolean late = Context.current().cancellationCause() instanceof TimeoutException;
            super.onCancel();
            write(call, late ? Status.Code.DEADLINE_EXCEEDED : Status.Code.CANCELLED);
        }
    }
}
