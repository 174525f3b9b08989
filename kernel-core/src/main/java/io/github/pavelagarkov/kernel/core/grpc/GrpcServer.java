package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Workers;
import io.github.pavelagarkov.kernel.time.KernelClock;
import io.grpc.Server;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves gRPC, answers what fails, and stops in order.
 *
 * <pre>{@code
 * try (GrpcServer server = GrpcServer.builder().port(9090).service(new Orders()).open()) {
 *     server.awaitClosed();
 * }
 * }</pre>
 *
 * <p>Every call of a method that is served has a correlation id, in the log context of each of its callbacks, and an access line; whatever is thrown is
 * answered with INTERNAL and the id. A service that uses {@code Kernel} has it opened and closed by {@link GrpcServing}.
 *
 * <p>Its threads are daemons: they do not keep the process alive, and end with it. Netty's own {@code globalEventExecutor} is not
 * one of them: the end of the event loops wakes it, and it ends by itself a second later. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md GR-1 to GR-5</a>
 */
public final class GrpcServer implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(10);
    /** Of the time to close: for calls that are cut to end, and for threads. At most this, and a fifth. */
    private static final Duration RESERVE = Duration.ofSeconds(2);

    private static final int RESERVED_PART = 5;
    private static final Duration LOOK = Duration.ofMillis(2);

    private final KernelClock clock;
    private final Server server;
    private final OpenCalls calls;
    private final Optional<ServiceHealth> health;
    private final EventLoops loops;
    private final Workers workers;
    private final String address;
    /** Asked once: gRPC does not say it any more after the end. */
    private final int port;

    private final Object closing = new Object();
    private @Nullable GrpcStopReport report;

    GrpcServer(
            KernelClock clock,
            Server server,
            OpenCalls calls,
            Optional<ServiceHealth> health,
            EventLoops loops,
            Workers workers,
            String address) {
        this.clock = clock;
        this.server = server;
        this.calls = calls;
        this.health = health;
        this.loops = loops;
        this.workers = workers;
        this.address = address;
        this.port = server.getPort();
    }

    /** {@return a builder with a free port and the defaults of everything} */
    public static GrpcServerBuilder builder() {
        return new GrpcServerBuilder();
    }

    static GrpcServer open(GrpcServerBuilder builder) {
        return new GrpcAssembly(builder).open();
    }

    /** {@return the port it listens on, or did before it was closed} */
    public int port() {
        return port;
    }

    /** {@return how many calls are under way, by full method name; without those about the server itself} */
    public Map<String, Integer> openCalls() {
        return calls.counts();
    }

    /**
     * Waits until somebody closes it.
     *
     * @throws InterruptedException if the calling thread is interrupted
     */
    public void awaitClosed() throws InterruptedException {
        server.awaitTermination();
    }

    /**
     * Closes it: tells NOT_SERVING, takes no more calls, waits for those under way, cancels what is left when the time is
     * nearly over, and ends its threads. Idempotent: later calls return the report of the first. An interrupt ends the waiting
     * for calls, and is kept.
     *
     * @param atMost how long it may take; positive. Whoever comes while another closes it waits as long as that one may
     * @return what became of the calls
     */
    public GrpcStopReport close(Duration atMost) {
        Check.positive("time to close the gRPC server", atMost);
        synchronized (closing) {
            GrpcStopReport first = report;
            if (first == null) {
                first = stop(atMost);
                report = first;
            }
            return first;
        }
    }

    private GrpcStopReport stop(Duration atMost) {
        long begun = clock.nanoTime();
        long until = begun + Deadlines.nanos(atMost);
        Duration reserve = shorter(RESERVE, atMost.dividedBy(RESERVED_PART));
        health.ifPresent(ServiceHealth::end);
        server.shutdown();
        boolean interrupted = Thread.interrupted();
        Map<String, Integer> cut = Map.of();
        try {
            if (interrupted || !becomes(this::hasNothingLeft, until - reserve.toNanos())) {
                cut = calls.counts();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            cut = calls.counts();
        }
        server.shutdownNow();
        boolean ended = endThreads(until, reserve);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new GrpcStopReport(cut, ended, Duration.ofNanos(clock.nanoTime() - begun));
    }

    /** Watches are ended again and again: a client may begin another until it hears of the end. */
    private boolean hasNothingLeft() {
        calls.endInfrastructure();
        return server.isTerminated();
    }

    /** Has a little time even if there is none left: what is left behind would be left for good. */
    private boolean endThreads(long until, Duration reserve) {
        try {
            long end = Math.max(until - clock.nanoTime(), LOOK.toNanos()) + clock.nanoTime();
            boolean terminated = becomes(server::isTerminated, end - reserve.toNanos() / 2);
            loops.stop(reserve);
            workers.stop();
            return becomes(() -> loops.ended() && workers.idle(), end) && terminated;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loops.stop(reserve);
            workers.stop();
            return false;
        }
    }

    /** Looks again and again: neither gRPC nor a thread tells of its end to somebody who waits by this clock. */
    private boolean becomes(BooleanSupplier condition, long until) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long now = clock.nanoTime();
            if (now - until >= 0) {
                return false;
            }
            clock.park(Math.min(LOOK.toNanos(), until - now) + now);
        }
        return true;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The same as {@link #close(Duration)} with 10 s, without the report. */
    @Override
    public void close() {
        var unused = close(CLOSE);
    }

    @Override
    public String toString() {
        return "GrpcServer[" + address + ":" + port + "]";
    }
}
