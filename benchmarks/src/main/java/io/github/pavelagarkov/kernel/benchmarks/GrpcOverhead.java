package io.github.pavelagarkov.kernel.benchmarks;

import com.google.protobuf.StringValue;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Small unary calls: kernel's server, with all of its interceptors, beside a bare one of grpc-java. */
final class GrpcOverhead {
    static final int CLIENTS = 4;
    /** Short: what else the machine does changes within seconds. */
    private static final long SLICE_NANOS = 200_000_000L;

    private static final int WARM_UP = Integer.getInteger("bench.grpc.warm-up", 30);
    private static final int ROUNDS = Integer.getInteger("bench.grpc.rounds", 60);

    private static final MethodDescriptor<StringValue, StringValue> ECHO =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("kernel.bench.Echo/Echo")
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    private GrpcOverhead() {}

    record Figure(double callsPerSecond, double bytesPerCall) {}

    record Contender(String name, int port, ManagedChannel channel, Runnable close) {}

    static void run() throws Exception {
        // The same transport and the same threads first: that is what the interceptors cost; and once more, which says
        // what a difference means. Then what grpc-java has by default.
        List<Contender> contenders = List.of(
                bareLikeKernel("grpc-java, NIO"), kernel(), bareLikeKernel("grpc-java, NIO, again"), bareByDefault());
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        Map<String, List<Figure>> figures = new LinkedHashMap<>();
        Random order = new Random(20_261_129);
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            List<Contender> turn = new ArrayList<>(contenders);
            Collections.shuffle(turn, order);
            for (Contender contender : turn) {
                Figure figure = slice(contender, clients, SLICE_NANOS);
                if (round >= 0) {
                    figures.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                            .add(figure);
                }
            }
        }
        print(figures);
        clients.shutdown();
        contenders.forEach(contender -> contender.close().run());
    }

    static ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder("kernel.bench.Echo")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, observer) -> {
                    observer.onNext(request);
                    observer.onCompleted();
                }))
                .build();
    }

    private static Contender kernel() {
        GrpcServer server = GrpcServer.builder().service(echo()).open();
        return contender("kernel", server.port(), server::close);
    }

    private static Contender bareByDefault() throws Exception {
        Server server = NettyServerBuilder.forPort(0).addService(echo()).build().start();
        return contender("grpc-java, as it comes", server.getPort(), server::shutdownNow);
    }

    private static Contender bareLikeKernel(String name) throws Exception {
        MultiThreadIoEventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        MultiThreadIoEventLoopGroup workers = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        Server server = NettyServerBuilder.forPort(0)
                .bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(workers)
                .channelType(NioServerSocketChannel.class)
                .executor(oneThreadACall())
                .addService(echo())
                .build()
                .start();
        return contender(name, server.getPort(), () -> {
            server.shutdownNow();
            var unusedOne = acceptor.shutdownGracefully();
            var unusedTwo = workers.shutdownGracefully();
        });
    }

    /** Virtual threads where kernel has them. */
    private static ExecutorService oneThreadACall() throws Exception {
        return Runtime.version().feature() < 21
                ? Executors.newCachedThreadPool()
                : (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
    }

    static Contender contender(String name, int port, Runnable close) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        return new Contender(name, port, channel, () -> {
            channel.shutdownNow();
            close.run();
        });
    }

    static Figure slice(Contender contender, ExecutorService clients, long nanos) throws Exception {
        long allocated = allocated();
        long begun = System.nanoTime();
        List<Future<Integer>> counts = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            counts.add(clients.submit(() -> calls(contender.channel(), begun + nanos)));
        }
        int calls = 0;
        for (Future<Integer> count : counts) {
            calls += count.get();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Figure(calls / seconds, (allocated() - allocated) / (double) calls);
    }

    private static int calls(ManagedChannel channel, long until) {
        StringValue request = StringValue.of("hello");
        int calls = 0;
        while (System.nanoTime() - until < 0) {
            var unused = ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, request);
            calls++;
        }
        return calls;
    }

    /** By all platform threads, those that carry virtual ones included; client and server. */
    private static long allocated() {
        // Not getTotalThreadAllocatedBytes(): a JDK of today does not have it at the level of 17.
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private static void print(Map<String, List<Figure>> figures) {
        double kernel = perSecond(figures.getOrDefault("kernel", List.of()));
        System.out.printf(Locale.ROOT, "%-24s %12s %14s %22s%n", "", "calls/s", "bytes/call", "kernel / this, calls");
        figures.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "%-24s %12.0f %14.0f %22.3f%n",
                name,
                perSecond(all),
                median(all.stream().mapToDouble(Figure::bytesPerCall).toArray()),
                kernel / perSecond(all)));
    }

    /** Of all rounds together: single ones differ by a fifth. */
    private static double perSecond(List<Figure> all) {
        return all.stream().mapToDouble(Figure::callsPerSecond).average().orElse(0);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
