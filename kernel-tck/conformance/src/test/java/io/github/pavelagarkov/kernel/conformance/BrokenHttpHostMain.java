package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.TckApplication;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.nio.file.Path;
import org.glassfish.jersey.server.ResourceConfig;
import org.slf4j.MDC;

/** {@link HttpHostMain} with one thing wrong. */
public final class BrokenHttpHostMain {
    /** What is wrong. */
    enum Switch {
        TRUSTS_EVERY_ID(TrustingFilter.class),
        SAYS_WHAT_WAS_THROWN(TalkativeMapper.class),
        CLEARS_THE_CONTEXT(ClearingInterceptor.class);

        private final Class<?> component;

        Switch(Class<?> component) {
            this.component = component;
        }
    }

    private BrokenHttpHostMain() {}

    /**
     * Runs it.
     *
     * @param args behaviour and file
     */
    public static void main(String[] args) {
        Class<?> component = Switch.valueOf(System.getProperty(BrokenHostMain.SWITCH)).component;
        PlainHostMain.builder(TckApplication.of(args[0]), PlainHostMain.config(Path.of(args[1])))
                .onStart("http", kernel -> HttpHostMain.serve(kernel, new ResourceConfig(component)))
                .build()
                .run();
    }

    /** Around those of kernel: sends back the header that came. */
    @PreMatching
    @Priority(0)
    static final class TrustingFilter implements ContainerRequestFilter, ContainerResponseFilter {
        private static final String ID = "X-Correlation-ID";

        @Override
        public void filter(ContainerRequestContext request) {
            request.setProperty(ID, request.getHeaderString(ID));
        }

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            Object given = request.getProperty(ID);
            if (given != null) {
                response.getHeaders().putSingle(ID, given);
            }
        }
    }

    /** Tells the client all. */
    static final class TalkativeMapper implements ExceptionMapper<Throwable> {
        @Override
        public Response toResponse(Throwable thrown) {
            return Response.serverError().entity(thrown.toString()).build();
        }
    }

    /** Leaves nothing behind on a thread, not even what was there before. */
    @Priority(0)
    static final class ClearingInterceptor implements WriterInterceptor {
        @Override
        public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
            try {
                context.proceed();
            } finally {
                MDC.clear();
            }
        }
    }
}
