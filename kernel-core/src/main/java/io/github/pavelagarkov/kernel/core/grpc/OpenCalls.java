package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows the calls that are under way, and lets each end once, whoever ends it first: its handler, a time limit, a failure. The
 * outermost of all interceptors: what is inside may end a call from any thread. Thread-safe.
 */
final class OpenCalls implements ServerInterceptor {
    private final Map<String, AtomicInteger> byMethod = new ConcurrentHashMap<>();
    /** Calls of health, reflection and channelz: a watch of health would last for ever. */
    private final Set<ServerCall<?, ?>> ofInfrastructure = ConcurrentHashMap.newKeySet();

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        SingleEnd<Q, R> open = new SingleEnd<>(call);
        Runnable ended = begin(open);
        try {
            return new EndListener<>(next.startCall(open, headers), ended);
        } catch (Throwable e) {
            ended.run();
            throw e;
        }
    }

    private Runnable begin(ServerCall<?, ?> call) {
        if (Infrastructure.serves(call.getMethodDescriptor())) {
            ofInfrastructure.add(call);
            return () -> ofInfrastructure.remove(call);
        }
        AtomicInteger count = count(call.getMethodDescriptor().getFullMethodName());
        count.incrementAndGet();
        return count::decrementAndGet;
    }

    private AtomicInteger count(String method) {
        // Asked first, because computeIfAbsent may lock.
        AtomicInteger there = byMethod.get(method);
        return there == null ? byMethod.computeIfAbsent(method, key -> new AtomicInteger()) : there;
    }

    /** {@return how many calls of the application are under way, by full method name} */
    Map<String, Integer> counts() {
        Map<String, Integer> open = new TreeMap<>();
        byMethod.forEach((method, count) -> {
            int now = count.get();
            if (now > 0) {
                open.put(method, now);
            }
        });
        return open;
    }

    /** Ends calls that are about the server itself; those who watch its health have been told of its end. */
    void endInfrastructure() {
        ofInfrastructure.forEach(
                call -> call.close(Status.UNAVAILABLE.withDescription("the server is stopping"), new Metadata()));
    }

    private static final class EndListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Runnable ended;

        EndListener(ServerCall.Listener<Q> delegate, Runnable ended) {
            super(delegate);
            this.ended = ended;
        }

        // gRPC calls one of the two, once.
        @Override
        public void onComplete() {
            ended.run();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            ended.run();
            super.onCancel();
        }
    }

    /** A call of gRPC is not thread-safe and takes offence at a second end. */
    private static final class SingleEnd<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Object lock = new Object();
        private volatile boolean ended;

        SingleEnd(ServerCall<Q, R> delegate) {
            super(delegate);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            synchronized (lock) {
                if (!ended) {
                    super.sendHeaders(headers);
                }
            }
        }

        @Override
        public void sendMessage(R message) {
            synchronized (lock) {
                if (!ended) {
                    super.sendMessage(message);
                    return;
                }
            }
            // As gRPC does itself with a call that its client has cancelled: who goes on sending has to learn of it.
            throw Status.CANCELLED
                    .withDescription("the call has ended, nothing more can be sent")
                    .asRuntimeException();
        }

        @Override
        public void close(Status status, Metadata trailers) {
            synchronized (lock) {
                if (!ended) {
                    ended = true;
                    super.close(status, trailers);
                }
            }
        }

        @Override
        public boolean isCancelled() {
            return ended || super.isCancelled();
        }

        @Override
        public boolean isReady() {
            return !ended && super.isReady();
        }
    }
}
