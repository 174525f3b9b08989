package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteExceptionMapper;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.rest.CorrelationClientFilter;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.RunResult;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A service that fails wherever a request wants it to. */
public final class RequestsApplication extends Application<TestConfiguration> {
    static final String FAIL_AT = "Fail-At";

    /** What the threads of the server had in their log context after their part of a request. */
    final Queue<Map<String, String>> after = new ConcurrentLinkedQueue<>();

    final KernelBundle<TestConfiguration> bundle =
            KernelBundle.builder(TestConfiguration::getKernel).build();

    @Override
    public void initialize(Bootstrap<TestConfiguration> bootstrap) {
        bootstrap.addBundle(bundle);
    }

    @Override
    public void run(TestConfiguration configuration, Environment environment) {
        JobHandle job = bundle.kernel()
                .scheduler()
                .register(JobSpec.named("settle")
                        .manual()
                        .task(run -> LoggerFactory.getLogger("settle").info("settles"))
                        .build());
        environment.jersey().register(SuiteResource.class);
        environment.jersey().register(SuiteExceptionMapper.class);
        environment.jersey().register(new Fails());
        environment.jersey().register(new Own(job));
        Filter outer = (request, response, chain) -> {
            MDC.put("outer", "kept");
            chain.doFilter(request, response);
            after.add(Map.copyOf(MDC.getCopyOfContextMap()));
            MDC.clear();
        };
        FilterRegistration.Dynamic filter = environment.servlets().addFilter("outer", outer);
        filter.setAsyncSupported(true);
        // Around the filter of the bundle.
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    /** Resources with something of the service's own. */
    @Path("own")
    public static final class Own {
        private final JobHandle job;

        Own(JobHandle job) {
            this.job = job;
        }

        @POST
        @Path("job")
        public String job() {
            RunResult result = job.runNow().toCompletableFuture().join();
            return result.correlationId();
        }

        /** Asks itself, as another service would. */
        @GET
        @Path("ask")
        public String ask(@Context UriInfo here) {
            try (var client = ClientBuilder.newClient().register(CorrelationClientFilter.class)) {
                return client.target(here.getBaseUri())
                        .path("suite/context")
                        .request()
                        .get(String.class);
            }
        }

        @GET
        @Path("current")
        public String current() {
            return CorrelationId.current().orElse("none");
        }

        /** Fails with more written than Jersey keeps back, nothing of it flushed. */
        @GET
        @Path("breaks-late")
        public StreamingOutput breaksLate() {
            return output -> {
                output.write(new byte[20_000]);
                throw new IllegalStateException(SuiteResource.SECRET);
            };
        }

        @POST
        @Path("json")
        @Consumes(MediaType.APPLICATION_JSON)
        public String json(Map<String, String> body) {
            return "read";
        }
    }

    /** Fails in a filter or an interceptor. */
    private static final class Fails implements ContainerRequestFilter, ContainerResponseFilter, WriterInterceptor {
        @Override
        public void filter(ContainerRequestContext request) {
            request.setProperty(FAIL_AT, String.valueOf(request.getHeaderString(FAIL_AT)));
            failAt("request", request.getProperty(FAIL_AT));
        }

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            // Only the first time: a filter that fails for the answer to its own failure leaves that to the server.
            if (response.getStatus() != 500) {
                failAt("response", request.getProperty(FAIL_AT));
            }
        }

        @Override
        public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
            boolean first = "interceptor".equals(context.getProperty(FAIL_AT));
            context.setProperty(FAIL_AT, "nowhere");
            failAt("interceptor", first ? "interceptor" : "nowhere");
            context.proceed();
        }

        private static void failAt(String place, Object wanted) {
            if (place.equals(wanted)) {
                throw new IllegalStateException(SuiteResource.SECRET);
            }
        }
    }
}
