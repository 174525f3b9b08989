package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.log.CallLog;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Answers whatever was thrown, from whatever place, with INTERNAL and the id of the call, which also stands in the one line
 * with the stack. What the application says by a status, it says to the client.
 */
final class FailureAnswers implements ServerInterceptor {
    private final CallLog log;

    FailureAnswers(CallLog log) {
        this.log = log;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Answered<Q, R> answered = new Answered<>(call, log, GrpcCorrelation.ID.get());
        try {
            return new CatchingListener<>(next.startCall(answered, headers), answered);
        } catch (Throwable e) {
            answered.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class Answered<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final CallLog log;
        private final String id;
        private volatile boolean told;

        Answered(ServerCall<Q, R> delegate, CallLog log, String id) {
            super(delegate);
            this.log = log;
            this.id = id;
        }

        /** What a handler gives to its observer in place of throwing it comes as a status that says nothing but a cause. */
        @Override
        public void close(Status status, Metadata trailers) {
            Throwable cause = status.getCause();
            if (status.getCode() == Status.Code.UNKNOWN && status.getDescription() == null && cause != null) {
                fail(cause);
            } else {
                super.close(status, trailers);
            }
        }

        void fail(Throwable thrown) {
            if (thrown instanceof StatusRuntimeException said) {
                super.close(said.getStatus(), orNew(said.getTrailers()));
            } else if (thrown instanceof StatusException said) {
                super.close(said.getStatus(), orNew(said.getTrailers()));
            } else {
                tell(thrown);
                super.close(Status.INTERNAL.withDescription("internal error, id " + id), new Metadata());
            }
        }

        /** Once for each call: who fails may throw and tell its observer as well. */
        private void tell(Throwable thrown) {
            if (told) {
                return;
            }
            told = true;
            // Observers may be told of a failure on a thread of the application's.
            try (CorrelationId.Scope scope = CorrelationId.open(id)) {
                log.failed(getMethodDescriptor().getFullMethodName(), id, thrown);
            }
        }
    }

    private static Metadata orNew(@Nullable Metadata trailers) {
        return trailers == null ? new Metadata() : trailers;
    }

    private static final class CatchingListener<Q> extends ForwardingServerCallListener<Q> {
        private final ServerCall.Listener<Q> delegate;
        private final Answered<Q, ?> call;
        /** One callback at a time, says gRPC, so a plain field will do. */
        private boolean failed;

        CatchingListener(ServerCall.Listener<Q> delegate, Answered<Q, ?> call) {
            this.delegate = delegate;
            this.call = call;
        }

        @Override
        protected ServerCall.Listener<Q> delegate() {
            return delegate;
        }

        // Written out: a lambda for each of these is felt in every call.

        @Override
        public void onMessage(Q message) {
            if (failed) {
                return;
            }
            try {
                delegate.onMessage(message);
            } catch (Throwable e) {
                fail(e);
            }
        }

        @Override
        public void onHalfClose() {
            if (failed) {
                return;
            }
            try {
                delegate.onHalfClose();
            } catch (Throwable e) {
                fail(e);
            }
        }

        @Override
        public void onReady() {
            if (failed) {
                return;
            }
            try {
                delegate.onReady();
            } catch (Throwable e) {
                fail(e);
            }
        }

        @Override
        public void onComplete() {
            try {
                delegate.onComplete();
            } catch (Throwable e) {
                fail(e);
            }
        }

        @Override
        public void onCancel() {
            try {
                delegate.onCancel();
            } catch (Throwable e) {
                fail(e);
            }
        }

        private void fail(Throwable thrown) {
            failed = true;
            call.fail(thrown);
        }
    }
}
