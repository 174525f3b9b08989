package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/**
 * The id that joins all lines about one request, as gRPC carries it: in the header {@code x-correlation-id}, and on the way
 * through a server in {@link Context}.
 *
 * <p>Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md GR-5</a>
 */
public final class GrpcCorrelation {
    static final Context.Key<String> ID = Context.key("kernel-correlation-id");
    static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of("x-correlation-id", Metadata.ASCII_STRING_MARSHALLER);
    /** The other common name; read, never written. */
    static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private GrpcCorrelation() {}

    /**
     * {@return the id of the call that is served now, otherwise the one in the log context; empty if there is none}; for a
     * thread of yours, wrap its tasks by {@code Context.current().wrap} or {@link
     * io.github.pavelagarkov.kernel.core.log.LogContext#carry}
     */
    public static Optional<String> current() {
        return Optional.ofNullable(ID.get()).or(CorrelationId::current);
    }

    /** {@return what passes the current id on with every call of a client, unless the call has one of its own} */
    public static ClientInterceptor client() {
        return new PassingOn();
    }

    private static final class PassingOn implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    if (!headers.containsKey(CORRELATION_ID)) {
                        current().filter(CorrelationId::isValid).ifPresent(id -> headers.put(CORRELATION_ID, id));
                    }
                    super.start(listener, headers);
                }
            };
        }
    }
}
