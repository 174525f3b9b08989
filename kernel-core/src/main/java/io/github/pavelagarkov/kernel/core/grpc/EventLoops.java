package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read and write the connections of one server. Not gRPC's own: those are shared by all servers of the class
 * loader and end a second after the last of them, on an application server under the feet of an application that has gone.
 */
final class EventLoops {
    /** One accepts. */
    private static final int ACCEPTORS = 1;
    /** As many as netty takes by default: two for each processor. Each is made when it is first needed. */
    private static final int DEFAULT = 0;

    private final List<Thread> made = new CopyOnWriteArrayList<>();
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;

    EventLoops(KernelThreads threads) {
        ThreadFactory factory = task -> {
            // Netty keeps its buffers in thread locals of its own kind, which are slow on other threads unless told so.
            Thread thread =
                    threads.newThread("kernel-grpc-io", () -> FastThreadLocalThread.runWithFastThreadLocal(task));
            made.add(thread);
            return thread;
        };
        acceptor = new MultiThreadIoEventLoopGroup(ACCEPTORS, factory, NioIoHandler.newFactory());
        workers = new MultiThreadIoEventLoopGroup(DEFAULT, factory, NioIoHandler.newFactory());
    }

    void drive(NettyServerBuilder server) {
        // NIO: the native transport would leave a library behind in a server that loads the application again.
        server.bossEventLoopGroup(acceptor).workerEventLoopGroup(workers).channelType(NioServerSocketChannel.class);
    }

    /** {@return what runs short tasks later: it is awake anyway} */
    ScheduledExecutorService timer() {
        return workers;
    }

    /**
     * Begins to end them.
     *
     * @param atMost after which tasks that are left are dropped
     */
    void stop(Duration atMost) {
        var unusedAcceptor = acceptor.shutdownGracefully(0, atMost.toMillis(), TimeUnit.MILLISECONDS);
        var unusedWorkers = workers.shutdownGracefully(0, atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** {@return whether all of them have ended: not only their work, the threads} */
    boolean ended() {
        return made.stream().noneMatch(Thread::isAlive) && acceptor.isShutdown() && workers.isShutdown();
    }
}
