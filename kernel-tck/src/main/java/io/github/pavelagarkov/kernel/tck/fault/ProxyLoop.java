package io.github.pavelagarkov.kernel.tck.fault;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one thread of a proxy, and all that only it may touch. */
final class ProxyLoop {
    private static final int BUFFER = 1 << 16;
    private static final int BACKLOG = 128;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Task(Runnable action, CompletableFuture<Void> done) {}

    private final KernelClock clock = KernelClock.system();
    private final InetSocketAddress target;
    private final InetSocketAddress address;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final ProxyTraffic requests = new ProxyTraffic();
    private final ProxyTraffic replies = new ProxyTraffic();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final Object gate = new Object();
    private volatile boolean closed;

    // ---- confined to the thread
    private final List<ProxyConnection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    /** Empty while connections are refused. */
    private @Nullable ServerSocketChannel listener;
    /** Keeps the port while nobody listens on it. */
    private @Nullable Closeable placeholder;

    private ProxyLoop(InetSocketAddress target) throws IOException {
        this.target = target;
        this.selector = Selector.open();
        try {
            ServerSocketChannel first = listen(0);
            this.listener = first;
            this.address = (InetSocketAddress) first.getLocalAddress();
        } catch (IOException e) {
            selector.close();
            throw e;
        }
        this.thread = new Thread(this::loop, "tcp-proxy-" + address.getPort() + "-to-" + target.getPort());
    }

    static ProxyLoop start(InetSocketAddress target) throws IOException {
        ProxyLoop loop = new ProxyLoop(target);
        loop.thread.setDaemon(true);
        loop.thread.start();
        return loop;
    }

    private ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    // ---- for any thread

    int port() {
        return address.getPort();
    }

    ProxyTraffic traffic(TcpProxy.Direction direction) {
        return direction == TcpProxy.Direction.REQUEST ? requests : replies;
    }

    long accepted() {
        return accepted.get();
    }

    int open() {
        return open.get();
    }

    /** Runs an action on the thread of this proxy and waits until it has taken effect. */
    void run(Runnable action) {
        Task task = new Task(action, new CompletableFuture<>());
        tasks.add(task);
        if (closed) {
            // The thread may have looked for the last time; if it has not, this does no harm.
            refuseTasks();
        }
        wake();
        try {
            task.done().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    void close() {
        closed = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The thread waits for nothing but this, so it ends at once: told again to the caller below.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A selector must not be woken and closed at once: the file that wakes it may be somebody else's by then. */
    private void wake() {
        synchronized (gate) {
            if (selector.isOpen()) {
                selector.wakeup();
            }
        }
    }

    // ---- for actions

    void accept(boolean wanted) {
        try {
            if (wanted && listener == null) {
                listener = listen(port());
                closePlaceholder();
            } else if (!wanted && listener != null) {
                listener.close();
                listener = null;
                // A closed channel keeps its port until the selector has let go of it.
                selector.selectNow();
                SocketChannel bound = SocketChannel.open();
                bound.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                placeholder = bound.bind(address);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("proxy to " + target + " could not keep port " + port(), e);
        }
    }

    private void closePlaceholder() {
        if (placeholder != null) {
            ProxyConnection.closeQuietly(placeholder);
            placeholder = null;
        }
    }

    void countFromNow(TcpProxy.Direction direction) {
        connections.forEach(connection -> connection.lane(direction).countFromNow());
    }

    void resetAll() {
        // First those that a client believes to have and that have not been seen here yet.
        acceptAll();
        connections.forEach(ProxyConnection::reset);
    }

    // ---- the thread

    private void loop() {
        try {
            while (!closed) {
                List<Task> done = runTasks();
                acceptAll();
                long pause = move();
                if (!done.isEmpty()) {
                    // Lets go of closed channels, whose other sides hear of it only then.
                    selector.selectNow();
                    done.forEach(task -> task.done().complete(null));
                }
                select(pause);
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("proxy to " + target + " broke", e);
        } finally {
            end();
        }
    }

    private List<Task> runTasks() {
        List<Task> done = new ArrayList<>();
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.action().run();
                done.add(task);
            } catch (RuntimeException e) {
                task.done().completeExceptionally(e);
            }
        }
        return done;
    }

    private void acceptAll() {
        try {
            for (SocketChannel client = next(); client != null; client = next()) {
                accepted.incrementAndGet();
                try {
                    connections.add(ProxyConnection.open(client, target, selector, requests, replies));
                } catch (IOException e) {
                    ProxyConnection.closeQuietly(client);
                }
            }
        } catch (IOException e) {
            // A client that has gone before it was accepted: there is nobody to serve.
            return;
        }
    }

    private @Nullable SocketChannel next() throws IOException {
        return listener == null ? null : listener.accept();
    }

    /** {@return for how many nanoseconds there is nothing to do unless something comes} */
    private long move() {
        long now = clock.nanoTime();
        connections.removeIf(connection -> !connection.step(buffer, now));
        open.set(connections.size());
        long pause = Long.MAX_VALUE;
        for (ProxyConnection connection : connections) {
            pause = connection.nanosToNext(now, pause);
        }
        return pause;
    }

    private void select(long pause) throws IOException {
        if (!tasks.isEmpty() || pause == 0) {
            selector.selectNow();
        } else if (pause == Long.MAX_VALUE) {
            selector.select();
        } else {
            selector.select(pause / NANOS_PER_MILLI + 1);
        }
    }

    private void end() {
        closed = true;
        connections.forEach(ProxyConnection::reset);
        connections.clear();
        open.set(0);
        if (listener != null) {
            ProxyConnection.closeQuietly(listener);
        }
        closePlaceholder();
        synchronized (gate) {
            ProxyConnection.closeQuietly(selector);
        }
        refuseTasks();
    }

    private void refuseTasks() {
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            task.done().completeExceptionally(new IllegalStateException("proxy to " + target + " is closed"));
        }
    }
}
