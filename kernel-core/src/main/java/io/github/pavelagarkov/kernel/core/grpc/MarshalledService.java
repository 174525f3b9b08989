package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.InputStream;

/**
 * A service whose messages are streams of bytes for the interceptors around it, as {@code
 * ServerInterceptors.useInputStreamMessages} makes them. So a response that is too large is refused before it is sent, a message
 * is read and written once, and what its marshaller throws is caught like anything else, also on a thread of the application's.
 */
final class MarshalledService {
    private static final MethodDescriptor.Marshaller<InputStream> AS_IT_IS = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    };

    private MarshalledService() {}

    static ServerServiceDefinition of(ServerServiceDefinition service, ResponseLimit limit) {
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        var methods = service.getMethods().stream()
                .map(method -> method(method, limit))
                .toList();
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    private static <Q, R> ServerMethodDefinition<InputStream, InputStream> method(
            ServerMethodDefinition<Q, R> typed, ResponseLimit limit) {
        MethodDescriptor<Q, R> method = typed.getMethodDescriptor();
        ServerCallHandler<Q, R> handler = typed.getServerCallHandler();
        return ServerMethodDefinition.create(
                method.toBuilder(AS_IT_IS, AS_IT_IS).build(),
                (call, headers) ->
                        new TypedListener<>(method, handler.startCall(new TypedCall<>(method, call, limit), headers)));
    }

    // Both cast what they forward to: all of it but the messages is the same whatever these are, and the messages do
    // not
    // get through. gRPC's own classes for such a thing are not public.

    private static final class TypedListener<Q> extends SimpleForwardingServerCallListener<InputStream> {
        private final MethodDescriptor<Q, ?> method;
        private final ServerCall.Listener<Q> listener;

        @SuppressWarnings("unchecked")
        TypedListener(MethodDescriptor<Q, ?> method, ServerCall.Listener<Q> listener) {
            super((ServerCall.Listener<InputStream>) (ServerCall.Listener<?>) listener);
            this.method = method;
            this.listener = listener;
        }

        @Override
        public void onMessage(InputStream message) {
            listener.onMessage(method.parseRequest(message));
        }
    }

    private static final class TypedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final MethodDescriptor<Q, R> method;
        private final ServerCall<InputStream, InputStream> call;
        private final ResponseLimit limit;

        @SuppressWarnings("unchecked")
        TypedCall(MethodDescriptor<Q, R> method, ServerCall<InputStream, InputStream> call, ResponseLimit limit) {
            super((ServerCall<Q, R>) (ServerCall<?, ?>) call);
            this.method = method;
            this.call = call;
            this.limit = limit;
        }

        @Override
        public void sendMessage(R message) {
            call.sendMessage(limit.checked(marshalled(message), call));
        }

        private InputStream marshalled(R message) {
            try {
                return method.streamResponse(message);
            } catch (RuntimeException | Error e) {
                // The thread may be the application's, which nobody watches: the call must not stay open.
                call.close(Status.fromThrowable(e), new Metadata());
                throw e;
            }
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }
    }
}
