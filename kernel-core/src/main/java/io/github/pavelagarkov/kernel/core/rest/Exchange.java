package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.log.LogContext;
import io.github.pavelagarkov.kernel.core.log.RequestLine;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, as the filters hand it on; a property of the request.
 *
 * <p>Its parts are called one after another, but not always by one thread: an asynchronous response is made where it is
 * resumed. The log context is a matter of threads, so each thread gets back its own.
 */
final class Exchange {
    static final String PROPERTY = Exchange.class.getName();

    final String id;
    final String method;
    final String path;
    final long beganNanos;

    private final Thread opener;
    private final ContextCarrier.Scope opened;
    private final ThreadLocal<Exchange> begun;
    private final AtomicBoolean restored = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Responding responding;
    private volatile @Nullable String route;
    private volatile int status;

    /** The context of the thread that makes the response, if it was not the request's already. */
    private record Responding(Thread thread, ContextCarrier.Scope scope) {}

    private Exchange(String id, String method, String path, long beganNanos, ThreadLocal<Exchange> begun) {
        this.id = id;
        this.method = method;
        this.path = path;
        this.beganNanos = beganNanos;
        this.begun = begun;
        opener = Thread.currentThread();
        opened = LogContext.open(id);
    }

    /**
     * Begins it on the calling thread, whose log context has the id from here on.
     *
     * @param begun what each thread has begun and not seen the end of
     */
    static Exchange begin(String id, String method, String path, long nowNanos, ThreadLocal<Exchange> begun) {
        Exchange exchange = new Exchange(id, method, path, nowNanos, begun);
        begun.set(exchange);
        return exchange;
    }

    static @Nullable Exchange of(@Nullable Object property) {
        return property instanceof Exchange exchange ? exchange : null;
    }

    void matched(String template) {
        route = template;
    }

    /** The response is being made on the calling thread, for the first time or instead of one that could not be written. */
    void responds(int withStatus) {
        if (ended.get()) {
            // An answer in place of one whose line is written: nobody would close another scope.
            return;
        }
        status = withStatus;
        boolean here = CorrelationId.current().filter(id::equals).isPresent();
        // Without an MDC the id is never here; there is nothing to put back either.
        if (!here && responding == null) {
            responding = new Responding(Thread.currentThread(), LogContext.open(id));
        }
    }

    /** {@return whether this was the first end} */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** Gives the calling thread back the context that it had before. */
    void restore() {
        Responding here = responding;
        if (here != null && here.thread() == Thread.currentThread()) {
            responding = null;
            here.scope().close();
        } else {
            restoreOpener();
        }
    }

    /**
     * The thread that began has come back for the next request. If nobody has given it its context back meanwhile, it still
     * has the id of this one.
     */
    void leaveBehind() {
        if (CorrelationId.current().filter(id::equals).isPresent()) {
            restoreOpener();
        }
    }

    /** Gives the thread that began back what it had before, if that is the calling one and has not got it yet. */
    void restoreOpener() {
        if (opener == Thread.currentThread() && restored.compareAndSet(false, true)) {
            begun.remove();
            opened.close();
        }
    }

    RequestLine line(long nowNanos, boolean complete, OptionalLong bytes) {
        return new RequestLine(
                KernelRestFeature.COMPONENT,
                method,
                Optional.ofNullable(route)
                        .map(RequestLine.Target::route)
                        .orElseGet(() -> RequestLine.Target.path(path)),
                Integer.toString(status),
                complete,
                bytes,
                Duration.ofNanos(nowNanos - beganNanos),
                id);
    }
}
