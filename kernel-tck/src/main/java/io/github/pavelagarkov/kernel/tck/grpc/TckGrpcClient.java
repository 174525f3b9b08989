package io.github.pavelagarkov.kernel.tck.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls the gRPC server of a host over the wire. No type of gRPC is in its signatures: rules must load without it. */
public final class TckGrpcClient implements AutoCloseable {
    private static final long MINUTES = 2;
    private static final String SERVING = "\u0008\u0001";

    private final ManagedChannel channel;

    private TckGrpcClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /**
     * {@return a client with a connection of its own}
     *
     * @param server host and port
     */
    public static TckGrpcClient of(URI server) {
        return new TckGrpcClient(ManagedChannelBuilder.forAddress(server.getHost(), server.getPort())
                .usePlaintext()
                .build());
    }

    /**
     * What a call came to.
     *
     * @param code name of its status
     * @param description of its status; empty for none
     * @param messages what was received
     * @param headers of the answer; texts alone
     * @param trailers of the answer; texts alone
     */
    public record Answer(
            String code,
            String description,
            List<String> messages,
            Map<String, String> headers,
            Map<String, String> trailers) {}

    /** Which messages go where. */
    public enum Shape {
        /** One, one back. */
        UNARY(MethodType.UNARY),
        /** One, many back. */
        STREAM_BACK(MethodType.SERVER_STREAMING),
        /** Many, many back. */
        BOTH_WAYS(MethodType.BIDI_STREAMING);

        private final MethodType type;

        Shape(MethodType type) {
            this.type = type;
        }
    }

    /**
     * {@return what a unary call of the suite's service came to}
     *
     * @param method of {@link TckCalls}
     * @param request what to send
     */
    public Answer call(String method, String request) {
        return begin(
                        TckCalls.SERVICE + "/" + method,
                        Shape.UNARY,
                        List.of(request),
                        Map.of(),
                        Duration.ofMinutes(MINUTES))
                .join();
    }

    /**
     * Begins a call of any service.
     *
     * @param method full name
     * @param shape how many messages
     * @param requests what to send, all at once
     * @param headers what else to send
     * @param deadline when the client gives up
     * @return what it comes to; never fails
     */
    public CompletableFuture<Answer> begin(
            String method, Shape shape, List<String> requests, Map<String, String> headers, Duration deadline) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ClientCall<String, String> call = channel.newCall(
                TextMarshaller.method(method, shape.type),
                CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
        Metadata sent = new Metadata();
        headers.forEach((name, value) -> sent.put(key(name), value));
        call.start(new Collector(answer), sent);
        call.request(Integer.MAX_VALUE);
        requests.forEach(call::sendMessage);
        call.halfClose();
        return answer;
    }

    /**
     * {@return the full name of a method of the suite's service}
     *
     * @param method of {@link TckCalls}
     */
    public static String full(String method) {
        return TckCalls.SERVICE + "/" + method;
    }

    /** {@return whether the server says that it is healthy; empty text if it serves no health} */
    public String health() {
        Answer answer = begin(
                        "grpc.health.v1.Health/Check", Shape.UNARY, List.of(""), Map.of(), Duration.ofMinutes(MINUTES))
                .join();
        if (!answer.code().equals(Status.Code.OK.name())) {
            return answer.code();
        }
        return answer.messages().equals(List.of(SERVING)) ? "SERVING" : "NOT_SERVING";
    }

    /** {@return what a question of the reflection service for all services came to} */
    public Answer reflection() {
        // The field list_services of the request, an empty text.
        return begin(
                        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                        Shape.BOTH_WAYS,
                        List.of(":\u0000"),
                        Map.of(),
                        Duration.ofMinutes(MINUTES))
                .join();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static Map<String, String> texts(Metadata metadata) {
        Map<String, String> texts = new TreeMap<>();
        for (String name : metadata.keys()) {
            String value = name.endsWith(Metadata.BINARY_HEADER_SUFFIX) ? null : metadata.get(key(name));
            if (value != null) {
                texts.put(name, value);
            }
        }
        return texts;
    }

    private static final class Collector extends ClientCall.Listener<String> {
        private final CompletableFuture<Answer> answer;
        private final List<String> messages = new ArrayList<>();
        private Metadata headers = new Metadata();

        Collector(CompletableFuture<Answer> answer) {
            this.answer = answer;
        }

        // One callback at a time, says gRPC.
        @Override
        public void onHeaders(Metadata received) {
            headers = received;
        }

        @Override
        public void onMessage(String message) {
            messages.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            String description = status.getDescription();
            answer.complete(new Answer(
                    status.getCode().name(),
                    description == null ? "" : description,
                    List.copyOf(messages),
                    texts(headers),
                    texts(trailers)));
        }
    }
}
