package io.github.pavelagarkov.kernel.core.grpc;

import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import java.util.LinkedHashMap;
import java.util.Map;

/** A service over real protobuf messages whose handlers are written in the test. */
final class EchoService implements BindableService {
    static final String NAME = "kernel.test.Echo";

    static final MethodDescriptor<StringValue, StringValue> UNARY = method("Unary", MethodType.UNARY);
    static final MethodDescriptor<StringValue, StringValue> MANY = method("Many", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<StringValue, StringValue> CHAT = method("Chat", MethodType.BIDI_STREAMING);

    private final Map<MethodDescriptor<StringValue, StringValue>, ServerCallHandler<StringValue, StringValue>> methods =
            new LinkedHashMap<>();

    static EchoService echo() {
        return new EchoService().unary((request, observer) -> {
            observer.onNext(request);
            observer.onCompleted();
        });
    }

    static MethodDescriptor<StringValue, StringValue> method(String name, MethodType type) {
        MethodDescriptor.Marshaller<StringValue> marshaller = ProtoUtils.marshaller(StringValue.getDefaultInstance());
        return MethodDescriptor.newBuilder(marshaller, marshaller)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name))
                .build();
    }

    static StringValue text(String value) {
        return StringValue.of(value);
    }

    static StringValue text(int length) {
        return StringValue.of("x".repeat(length));
    }

    EchoService unary(ServerCalls.UnaryMethod<StringValue, StringValue> handler) {
        return add(UNARY, ServerCalls.asyncUnaryCall(handler));
    }

    EchoService many(ServerCalls.ServerStreamingMethod<StringValue, StringValue> handler) {
        return add(MANY, ServerCalls.asyncServerStreamingCall(handler));
    }

    EchoService chat(ServerCalls.BidiStreamingMethod<StringValue, StringValue> handler) {
        return add(CHAT, ServerCalls.asyncBidiStreamingCall(handler));
    }

    EchoService add(
            MethodDescriptor<StringValue, StringValue> method, ServerCallHandler<StringValue, StringValue> handler) {
        methods.put(method, handler);
        return this;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(NAME);
        methods.forEach(service::addMethod);
        return service.build();
    }
}
