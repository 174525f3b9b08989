package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.log.LogContext;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Gives every call its id: from its headers or a new one, on the thread of each callback, and back to the client. */
final class Correlation implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String id = id(headers);
        Context context = Context.current().withValue(GrpcCorrelation.ID, id);
        Context previous = context.attach();
        try (ContextCarrier.Scope scope = LogContext.open(id)) {
            return new InScope<>(next.startCall(new Echo<>(call, id), headers), context, id);
        } finally {
            context.detach(previous);
        }
    }

    private static String id(Metadata headers) {
        String given = headers.get(GrpcCorrelation.CORRELATION_ID);
        return CorrelationId.isValid(given) && given != null
                ? given
                : CorrelationId.acceptOrGenerate(headers.get(GrpcCorrelation.REQUEST_ID));
    }

    private static final class Echo<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final String id;
        private volatile boolean headersSent;

        Echo(ServerCall<Q, R> delegate, String id) {
            super(delegate);
            this.id = id;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            headersSent = true;
            super.sendHeaders(withId(headers));
        }

        @Override
        public void close(Status status, Metadata trailers) {
            // The exception that a client gets has the trailers alone, and so has an answer without a message.
            super.close(status, status.isOk() && headersSent ? trailers : withId(trailers));
        }

        private Metadata withId(Metadata metadata) {
            metadata.discardAll(GrpcCorrelation.CORRELATION_ID);
            metadata.put(GrpcCorrelation.CORRELATION_ID, id);
            return metadata;
        }
    }

    /** Callbacks hop threads, so each has to bring the id and take it away again, from gRPC's context and from the log's. */
    private static final class InScope<Q> extends ForwardingServerCallListener<Q> {
        private final ServerCall.Listener<Q> delegate;
        private final Context context;
        private final String id;

        InScope(ServerCall.Listener<Q> delegate, Context context, String id) {
            this.delegate = delegate;
            this.context = context;
            this.id = id;
        }

        @Override
        protected ServerCall.Listener<Q> delegate() {
            return delegate;
        }

        @Override
        public void onMessage(Q message) {
            Context previous = context.attach();
            try (ContextCarrier.Scope scope = LogContext.open(id)) {
                delegate.onMessage(message);
            } finally {
                context.detach(previous);
            }
        }

        @Override
        public void onHalfClose() {
            Context previous = context.attach();
            try (ContextCarrier.Scope scope = LogContext.open(id)) {
                delegate.onHalfClose();
            } finally {
                context.detach(previous);
            }
        }

        @Override
        public void onCancel() {
            Context previous = context.attach();
            try (ContextCarrier.Scope scope = LogContext.open(id)) {
                delegate.onCancel();
            } finally {
                context.detach(previous);
            }
        }

        @Override
        public void onComplete() {
            Context previous = context.attach();
            try (ContextCarrier.Scope scope = LogContext.open(id)) {
                delegate.onComplete();
            } finally {
                context.detach(previous);
            }
        }

        @Override
        public void onReady() {
            Context previous = context.attach();
            try (ContextCarrier.Scope scope = LogContext.open(id)) {
                delegate.onReady();
            } finally {
                context.detach(previous);
            }
        }
    }
}
