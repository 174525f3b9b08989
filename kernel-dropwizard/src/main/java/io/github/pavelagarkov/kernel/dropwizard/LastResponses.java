package io.github.pavelagarkov.kernel.dropwizard;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry.State;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * Makes each answer the last of its connection once the stop has begun (SD-12). Readiness keeps new connections away and no
 * more: a client that keeps one open would go on using it, be told 503 or be cut when the ports close, and fail.
 *
 * <p>HTTP/1 only: Jetty sends GOAWAY over HTTP/2 by itself. Thread-safe.
 */
record LastResponses(Kernel kernel) implements HttpConfiguration.Customizer {
    /** Joins every connector that the server has; Dropwizard wraps their factories, so they are found from within. */
    void watch(Server server) {
        server.getContainedBeans(HttpConfiguration.class).stream()
                // HTTP/1 and HTTP/2 of one port share theirs.
                .filter(settings -> !settings.getCustomizers().contains(this))
                .forEach(settings -> settings.addCustomizer(this));
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (kernel.shutdown().state() != State.RUNNING
                && request.getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()) {
            responseHeaders.put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        }
        return request;
    }
}
