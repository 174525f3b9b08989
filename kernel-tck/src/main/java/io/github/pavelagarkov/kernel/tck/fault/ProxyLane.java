package io.github.pavelagarkov.kernel.tck.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One way of one connection. Confined to the thread of the proxy. */
final class ProxyLane {
    /** More than that waits in the operating system, so that a fast sender feels a slow receiver. */
    private static final long ROOM = 1 << 20;

    private record Chunk(ByteBuffer bytes, long due) {}

    private final ProxyTraffic traffic;
    private final SocketChannel source;
    private final SocketChannel sink;
    private final Deque<Chunk> waiting = new ArrayDeque<>();
    private long room = ROOM;
    private long passed;
    private boolean ended;
    private boolean endTold;
    private boolean torn;
    private boolean sinkIsFull;

    ProxyLane(ProxyTraffic traffic, SocketChannel source, SocketChannel sink) {
        this.traffic = traffic;
        this.source = source;
        this.sink = sink;
    }

    /** Takes what has come. The end of a stream is taken as well, unless bytes are held back: it travels behind them. */
    void read(ByteBuffer buffer, long now) throws IOException {
        while (wantsToRead()) {
            buffer.clear();
            int count = source.read(buffer);
            if (count == 0) {
                return;
            }
            if (count < 0) {
                ended = true;
            } else if (traffic.flow() == ProxyTraffic.Flow.DROP) {
                torn = true;
            } else {
                byte[] bytes = new byte[count];
                buffer.flip().get(bytes);
                waiting.add(new Chunk(ByteBuffer.wrap(bytes), now + traffic.delayNanos()));
                room -= count;
            }
        }
    }

    /**
     * Delivers what is due.
     *
     * @return false if the connection is to be cut
     */
    boolean write(long now) throws IOException {
        sinkIsFull = false;
        if (traffic.flow() == ProxyTraffic.Flow.DROP && !waiting.isEmpty()) {
            torn = true;
            waiting.clear();
            room = ROOM;
        }
        while (traffic.flow() == ProxyTraffic.Flow.PASS
                && !waiting.isEmpty()
                && waiting.element().due() - now <= 0) {
            ByteBuffer bytes = waiting.element().bytes();
            long left = traffic.left(passed);
            if (left == 0) {
                return false;
            }
            int count = write(bytes, left);
            if (count == 0) {
                sinkIsFull = true;
                return true;
            }
            if (!bytes.hasRemaining()) {
                waiting.remove();
            }
        }
        if (ended && !endTold && !torn && waiting.isEmpty() && traffic.flow() == ProxyTraffic.Flow.PASS) {
            endTold = true;
            sink.shutdownOutput();
        }
        return true;
    }

    private int write(ByteBuffer bytes, long atMost) throws IOException {
        int limit = bytes.limit();
        if (atMost < bytes.remaining()) {
            bytes.limit(bytes.position() + (int) atMost);
        }
        int count = sink.write(bytes);
        bytes.limit(limit);
        passed += count;
        room += count;
        traffic.count(count);
        return count;
    }

    void countFromNow() {
        passed = 0;
    }

    boolean wantsToRead() {
        return !ended && room > 0 && traffic.flow() != ProxyTraffic.Flow.HOLD;
    }

    boolean waitsForSink() {
        return sinkIsFull;
    }

    /** {@return whether bytes are missing and the next ones would show it} */
    boolean hasGap() {
        return torn && traffic.flow() != ProxyTraffic.Flow.DROP;
    }

    /** {@return whether nothing will ever pass here again} */
    boolean isOver() {
        return endTold || (ended && torn);
    }

    /** {@return the given time, or a shorter one after which something is due} */
    long nanosToNext(long now, long otherwise) {
        if (waiting.isEmpty() || sinkIsFull || traffic.flow() != ProxyTraffic.Flow.PASS) {
            return otherwise;
        }
        return Math.min(otherwise, Math.max(0, waiting.element().due() - now));
    }
}
