package io.github.pavelagarkov.kernel.core.servlet;

import io.github.pavelagarkov.kernel.core.log.LogContext;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * Gives a thread of the server its log context back when it has done its part of a request, also of an asynchronous one,
 * which another thread ends: Jakarta REST tells nobody of that moment. Supports asynchronous requests. Thread-safe.
 *
 * <p>The Dropwizard host adds it by itself. In a server add it to {@code web.xml} for {@code /*}, with {@code
 * <async-supported>true</async-supported>}; without it such a thread keeps the context until its next REST request.
 *
 * @see <a href="SPEC.md">SPEC.md HT-4</a>
 */
public final class LogContextFilter implements Filter {
    /** For the server. */
    public LogContextFilter() {}

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try (ContextCarrier.Scope before = LogContext.keep()) {
            chain.doFilter(request, response);
        }
    }
}
