package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Refuses a response that is too large. What knows its length, as protobuf does, is refused before a byte of it is written;
 * anything else is written up to the limit.
 */
final class ResponseLimit implements ServerInterceptor {
    private final int most;

    ResponseLimit(int most) {
        this.most = most;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(new Limited<>(call), headers);
    }

    private final class Limited<Q, R> extends SimpleForwardingServerCall<Q, R> {
        Limited(ServerCall<Q, R> delegate) {
            super(delegate);
        }

        @Override
        @SuppressWarnings("unchecked") // a response is a stream here, see MarshalledService
        public void sendMessage(R message) {
            super.sendMessage(message instanceof InputStream bytes ? (R) measured(bytes) : message);
        }

        private InputStream measured(InputStream bytes) {
            try {
                if (bytes instanceof KnownLength) {
                    refuseAbove(bytes.available());
                    return bytes;
                }
                byte[] written = read(bytes);
                refuseAbove(written.length);
                return new Measured(written);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "response of " + getMethodDescriptor().getFullMethodName(), e);
            }
        }

        private byte[] read(InputStream bytes) throws IOException {
            try (bytes) {
                return bytes.readNBytes(most == Integer.MAX_VALUE ? most : most + 1);
            } catch (IOException | RuntimeException e) {
                // The thread may be the application's, which nobody watches: the call must not stay open.
                close(Status.fromThrowable(e), new Metadata());
                throw e;
            }
        }

        private void refuseAbove(int size) {
            if (size > most) {
                StatusRuntimeException refusal = Status.RESOURCE_EXHAUSTED
                        .withDescription("response larger than " + most + " bytes; ask for less at once")
                        .asRuntimeException();
                close(refusal.getStatus(), new Metadata());
                // Thrown too, so that a handler which would send many more stops.
                throw refusal;
            }
        }
    }

    private static final class Measured extends ByteArrayInputStream implements KnownLength {
        Measured(byte[] bytes) {
            super(bytes);
        }
    }
}
