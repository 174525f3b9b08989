package io.github.pavelagarkov.kernel.tck.fault;

import java.util.concurrent.atomic.AtomicLong;

/** What happens to all bytes that go one way. Confined to the thread of the proxy, but for the counter. */
final class ProxyTraffic {
    enum Flow {
        PASS,
        /** Kept, and delivered when it passes again. */
        HOLD,
        /** Gone. */
        DROP
    }

    private static final long NO_CUT = Long.MAX_VALUE;

    private final AtomicLong delivered = new AtomicLong();
    private Flow flow = Flow.PASS;
    private long delayNanos;
    private long cutAfter = NO_CUT;

    void pass() {
        flow = Flow.PASS;
        delayNanos = 0;
        cutAfter = NO_CUT;
    }

    void hold() {
        flow = Flow.HOLD;
    }

    void drop() {
        flow = Flow.DROP;
    }

    void delay(long nanos) {
        delayNanos = nanos;
    }

    void cutAfter(long bytes) {
        cutAfter = bytes;
    }

    Flow flow() {
        return flow;
    }

    long delayNanos() {
        return delayNanos;
    }

    /** {@return how many more bytes may pass on a connection on which so many have passed} */
    long left(long passed) {
        return cutAfter == NO_CUT ? NO_CUT : Math.max(0, cutAfter - passed);
    }

    void count(long bytes) {
        delivered.addAndGet(bytes);
    }

    long delivered() {
        return delivered.get();
    }
}
