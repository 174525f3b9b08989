package io.github.pavelagarkov.kernel.tck.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Stands between a client and a server on the loopback address, and breaks the network between them on demand.
 *
 * <p>Every fault can be switched on at any time and is in force when the call returns, for connections that are open as for
 * those to come. Faults add up, {@link #pass()} ends them all. Bytes are never reordered, and a connection that lost some is
 * reset as soon as it would go on: TCP never leaves a gap in a stream, so a client has no need to survive one.
 *
 * <pre>{@code
 * try (TcpProxy proxy = TcpProxy.to("127.0.0.1", redis.port())) {
 *     connect("127.0.0.1", proxy.port());
 *     proxy.dropReplies();            // commands are executed, nobody hears of it
 *     …
 *     proxy.pass();
 * }
 * }</pre>
 *
 * <p>One thread serves all connections, and ends with {@link #close()}. Thread-safe; calls of several threads take turns.
 */
public final class TcpProxy implements AutoCloseable {
    /** Which way bytes go. */
    public enum Direction {
        /** From the client to the server. */
        REQUEST,
        /** From the server to the client. */
        REPLY
    }

    private final ProxyLoop loop;

    private TcpProxy(ProxyLoop loop) {
        this.loop = loop;
    }

    /**
     * Opens a proxy that passes everything on.
     *
     * @param host of the server, which need not run yet
     * @param port of the server
     * @return the proxy, on a free port of the loopback address
     * @throws IllegalArgumentException if the host is unknown
     * @throws UncheckedIOException if there is no free port
     */
    public static TcpProxy to(String host, int port) {
        try {
            return to(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("host of a proxy's target is unknown, was '" + host + "'", e);
        }
    }

    /**
     * Opens a proxy that passes everything on.
     *
     * @param target the server, which need not run yet
     * @return the proxy, on a free port of the loopback address
     * @throws UncheckedIOException if there is no free port
     */
    public static TcpProxy to(InetSocketAddress target) {
        try {
            return new TcpProxy(ProxyLoop.start(target));
        } catch (IOException e) {
            throw new UncheckedIOException("could not open a proxy to " + target, e);
        }
    }

    /** {@return where clients connect to, on the loopback address; the same as long as this proxy is open} */
    public int port() {
        return loop.port();
    }

    /** Ends every fault. Connections that lost bytes meanwhile are reset, the others go on. */
    public void pass() {
        loop.run(() -> {
            loop.accept(true);
            for (Direction direction : Direction.values()) {
                loop.traffic(direction).pass();
            }
        });
    }

    /** Refuses new connections, as a server that does not run. Those that are open go on: see {@link #reset()}. */
    public void refuse() {
        loop.run(() -> loop.accept(false));
    }

    /** Accepts connections and swallows all that is sent, both ways. Open connections stay open and hear nothing more. */
    public void blackHole() {
        loop.run(() -> {
            for (Direction direction : Direction.values()) {
                loop.traffic(direction).drop();
            }
        });
    }

    /** Lets requests through and swallows the replies: the server acts and its client never knows. */
    public void dropReplies() {
        drop(Direction.REPLY);
    }

    /**
     * Swallows what is sent one way.
     *
     * @param direction which way
     */
    public void drop(Direction direction) {
        loop.run(() -> loop.traffic(direction).drop());
    }

    /** Holds everything back, both ways, and delivers it late, on {@link #pass()}: a network that was parted for a while. */
    public void stall() {
        loop.run(() -> {
            for (Direction direction : Direction.values()) {
                loop.traffic(direction).hold();
            }
        });
    }

    /**
     * Holds back what is sent one way, and delivers it late, on {@link #pass()}.
     *
     * @param direction which way
     */
    public void stall(Direction direction) {
        loop.run(() -> loop.traffic(direction).hold());
    }

    /**
     * Delivers later what is sent from now on. The rate stays as it is: what is sent at once arrives at once.
     *
     * @param direction which way
     * @param by how much later; zero or positive
     * @throws IllegalArgumentException if it is negative
     */
    public void delay(Direction direction, Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("delay of a proxy must not be negative, was " + by);
        }
        loop.run(() -> loop.traffic(direction).delay(by.toNanos()));
    }

    /**
     * Cuts each connection, open or to come, at the first byte beyond a number of them. What came before is delivered, then
     * both sides see the end of the stream.
     *
     * @param direction which way bytes are counted, from now on
     * @param bytes how many pass; zero or positive. With 0 and {@link Direction#REPLY} a request arrives and its connection is
     *     closed in place of the answer.
     * @throws IllegalArgumentException if it is negative
     */
    public void cutAfter(Direction direction, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes before a proxy's cut must not be negative, was " + bytes);
        }
        loop.run(() -> {
            loop.traffic(direction).cutAfter(bytes);
            loop.countFromNow(direction);
        });
    }

    /** Resets the connections that are open, once. New ones are served according to the faults that are on. */
    public void reset() {
        loop.run(loop::resetAll);
    }

    /** {@return how many connections were accepted since this proxy was opened} */
    public long connections() {
        return loop.accepted();
    }

    /** {@return how many connections are open now} */
    public int open() {
        return loop.open();
    }

    /** {@return how many bytes were delivered since this proxy was opened}
     *
     * @param direction which way
     */
    public long bytes(Direction direction) {
        return loop.traffic(direction).delivered();
    }

    /** Resets all connections, frees the port and ends the thread. Idempotent; the other methods then throw. */
    @Override
    public void close() {
        loop.close();
    }
}
