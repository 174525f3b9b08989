package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.HttpSettings;
import io.github.pavelagarkov.kernel.core.log.RequestLog;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sees the end of a request: the last filter of a response without a body, and around everything that writes one. Writes the
 * access line and gives the thread its log context back. Thread-safe.
 */
final class ExchangeEnd implements ContainerResponseFilter, WriterInterceptor {
    private final HttpSettings settings;
    private final boolean lines;
    private final RequestLog log;
    private final KernelClock clock;

    ExchangeEnd(HttpSettings settings, boolean lines, RequestLog log, KernelClock clock) {
        this.settings = settings;
        this.lines = lines;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Exchange exchange = Exchange.of(request.getProperty(Exchange.PROPERTY));
        if (exchange == null) {
            return;
        }
        // Again: a filter of the application may have changed it.
        exchange.responds(response.getStatus());
        if (!response.hasEntity()) {
            end(exchange, true, OptionalLong.of(0));
        }
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        Exchange exchange = Exchange.of(context.getProperty(Exchange.PROPERTY));
        if (exchange == null || exchange.hasEnded()) {
            // A second part of a stream that is written in parts, such as server-sent events.
            context.proceed();
            return;
        }
        CountingOutputStream counted = new CountingOutputStream(context.getOutputStream());
        context.setOutputStream(counted);
        try {
            context.proceed();
        } catch (Throwable e) {
            brokeOff(exchange, counted, e);
            throw e;
        }
        end(exchange, true, OptionalLong.of(counted.bytes()));
    }

    /** A body of which nothing has been sent is replaced by that of an error, which comes by here again. */
    private void brokeOff(Exchange exchange, CountingOutputStream counted, Throwable error) {
        if (counted.isSent()) {
            log.broken(KernelRestFeature.COMPONENT, exchange.id, Optional.of(error));
            end(exchange, false, OptionalLong.of(counted.bytes()));
        }
    }

    private void end(Exchange exchange, boolean complete, OptionalLong bytes) {
        if (exchange.end() && lines && log.isOn() && !settings.skips(exchange.path)) {
            log.answered(exchange.line(clock.nanoTime(), complete, bytes));
        }
        exchange.restore();
    }
}
