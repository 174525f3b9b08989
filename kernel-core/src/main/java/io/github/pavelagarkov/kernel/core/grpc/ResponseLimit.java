package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Refuses a response that is too large. What knows its length, as protobuf does, is refused before a byte of it is written;
 * anything else is written up to the limit. Immutable.
 *
 * @param most bytes of one message
 */
record ResponseLimit(int most) {
    /**
     * {@return what may be sent}
     *
     * @param bytes what is to be sent
     * @param call ended if it is too large, or cannot be read
     * @throws StatusRuntimeException if it is too large, so that a handler which would send many more stops
     */
    InputStream checked(InputStream bytes, ServerCall<?, ?> call) {
        try {
            if (bytes instanceof KnownLength) {
                refuseAbove(bytes.available(), call);
                return bytes;
            }
            byte[] written = read(bytes, call);
            refuseAbove(written.length, call);
            return new Measured(written);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "response of " + call.getMethodDescriptor().getFullMethodName(), e);
        }
    }

    private byte[] read(InputStream bytes, ServerCall<?, ?> call) throws IOException {
        try (bytes) {
            return bytes.readNBytes(most == Integer.MAX_VALUE ? most : most + 1);
        } catch (IOException | RuntimeException e) {
            // The thread may be the application's, which nobody watches: the call must not stay open.
            call.close(Status.fromThrowable(e), new Metadata());
            throw e;
        }
    }

    private void refuseAbove(int size, ServerCall<?, ?> call) {
        if (size > most) {
            StatusRuntimeException refusal = Status.RESOURCE_EXHAUSTED
                    .withDescription("response larger than " + most + " bytes; ask for less at once")
                    .asRuntimeException();
            call.close(refusal.getStatus(), new Metadata());
            throw refusal;
        }
    }

    private static final class Measured extends ByteArrayInputStream implements KnownLength {
        Measured(byte[] bytes) {
            super(bytes);
        }
    }
}
