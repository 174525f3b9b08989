package io.github.pavelagarkov.kernel.tck.fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A client and its server. Confined to the thread of the proxy. */
final class ProxyConnection {
    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final ProxyLane requests;
    private final ProxyLane replies;
    private boolean connected;

    private ProxyConnection(
            SocketChannel client,
            SocketChannel server,
            SelectionKey clientKey,
            SelectionKey serverKey,
            ProxyTraffic requests,
            ProxyTraffic replies) {
        this.client = client;
        this.server = server;
        this.clientKey = clientKey;
        this.serverKey = serverKey;
        this.requests = new ProxyLane(requests, client, server);
        this.replies = new ProxyLane(replies, server, client);
    }

    static ProxyConnection open(
            SocketChannel client,
            InetSocketAddress target,
            Selector selector,
            ProxyTraffic requests,
            ProxyTraffic replies)
            throws IOException {
        SocketChannel server = SocketChannel.open();
        try {
            for (SocketChannel channel : new SocketChannel[] {client, server}) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            ProxyConnection connection = new ProxyConnection(
                    client, server, client.register(selector, 0), server.register(selector, 0), requests, replies);
            connection.connect(target);
            return connection;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void connect(InetSocketAddress target) {
        try {
            connected = server.connect(target);
        } catch (IOException e) {
            // As the client would see it without us, only a moment later.
            reset();
        }
    }

    /**
     * Moves on what can be moved, and asks to be called again when there is more.
     *
     * @return whether the connection goes on
     */
    boolean step(ByteBuffer buffer, long now) {
        if (!client.isOpen()) {
            return false;
        }
        try {
            connected = connected || server.finishConnect();
            if (connected) {
                requests.read(buffer, now);
                replies.read(buffer, now);
                if (!requests.write(now) || !replies.write(now)) {
                    close();
                    return false;
                }
            }
            if (requests.hasGap() || replies.hasGap()) {
                reset();
                return false;
            }
            if (requests.isOver() && replies.isOver()) {
                close();
                return false;
            }
            clientKey.interestOps(operations(requests.wantsToRead(), replies.waitsForSink()));
            serverKey.interestOps(
                    connected ? operations(replies.wantsToRead(), requests.waitsForSink()) : SelectionKey.OP_CONNECT);
            return true;
        } catch (IOException e) {
            // One side has reset the connection or could not be reached: so does the other.
            reset();
            return false;
        }
    }

    private int operations(boolean read, boolean write) {
        return (read && connected ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
    }

    ProxyLane lane(TcpProxy.Direction direction) {
        return direction == TcpProxy.Direction.REQUEST ? requests : replies;
    }

    long nanosToNext(long now, long otherwise) {
        return replies.nanosToNext(now, requests.nanosToNext(now, otherwise));
    }

    /** Ends both streams in good order; what was delivered can still be read. */
    private void close() {
        closeQuietly(client);
        closeQuietly(server);
    }

    void reset() {
        for (SocketChannel channel : new SocketChannel[] {client, server}) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException | UnsupportedOperationException e) {
                // Closed already by the other side: an ordinary close is all that is left to do.
            }
            closeQuietly(channel);
        }
    }

    static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            // It is gone either way, and nobody could do anything about it.
            return;
        }
    }
}
