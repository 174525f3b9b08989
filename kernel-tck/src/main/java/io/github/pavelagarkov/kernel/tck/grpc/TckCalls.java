package io.github.pavelagarkov.kernel.tck.grpc;

import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The gRPC service of the application that a host runs while its rules are tested. A host for the suite serves it if {@code
 * kernel.grpc.port} is set, and says its port on standard output by {@link #PORT}.
 *
 * <p>Thread-safe.
 */
public final class TckCalls implements BindableService {
    /** How the line with the port of the server begins; the port is the rest of it. */
    public static final String PORT = "grpc at ";

    static final String SERVICE = "kernel.tck.Calls";

    private final Supplier<String> currentId;

    private TckCalls(Supplier<String> currentId) {
        this.currentId = currentId;
    }

    /**
     * {@return the service}
     *
     * @param currentId what the logging context of the calling thread has as correlation id, otherwise an empty text
     */
    public static TckCalls of(Supplier<String> currentId) {
        return new TckCalls(currentId);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Echo", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall(TckCalls::answer))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Throw", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall((request, observer) -> {
                            throw new IllegalStateException("thrown by the suite: " + request);
                        }))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Refuse", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall((request, observer) -> {
                            throw Status.NOT_FOUND.withDescription(request).asRuntimeException();
                        }))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Large", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall(
                                (request, observer) -> answer("x".repeat(Integer.parseInt(request)), observer)))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/LargeInStream", MethodType.SERVER_STREAMING),
                        ServerCalls.asyncServerStreamingCall((request, observer) -> {
                            observer.onNext("small");
                            answer("x".repeat(Integer.parseInt(request)), observer);
                        }))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Wait", MethodType.UNARY),
                        ServerCalls.asyncUnaryCall((request, observer) -> awaitCancelled()))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Slowly", MethodType.SERVER_STREAMING),
                        ServerCalls.asyncServerStreamingCall((request, observer) -> {
                            observer.onNext("begins");
                            awaitCancelled();
                        }))
                .addMethod(
                        TextMarshaller.method(SERVICE + "/Ids", MethodType.BIDI_STREAMING),
                        ServerCalls.asyncBidiStreamingCall(this::ids))
                .build();
    }

    private static void answer(String text, StreamObserver<String> observer) {
        observer.onNext(text);
        observer.onCompleted();
    }

    /** Goes on when its Context is cancelled, and says so. */
    private static void awaitCancelled() {
        CountDownLatch cancelled = new CountDownLatch(1);
        Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
        say("call waits");
        try {
            cancelled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        say("call is cancelled");
    }

    /** Answers with the id that it sees, for each of its callbacks. */
    private StreamObserver<String> ids(StreamObserver<String> answers) {
        answers.onNext("start " + currentId.get());
        return new StreamObserver<>() {
            @Override
            public void onNext(String request) {
                answers.onNext("message " + currentId.get());
            }

            @Override
            public void onError(Throwable e) {
                // The client has gone.
            }

            @Override
            public void onCompleted() {
                answer("end " + currentId.get(), answers);
            }
        };
    }

    private static void say(String what) {
        System.out.println(TckApplication.SAYS + what);
    }
}
