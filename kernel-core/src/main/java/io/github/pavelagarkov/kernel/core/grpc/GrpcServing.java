package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.shutdown.ShutdownContext;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves gRPC as a part of a kernel: by the settings of {@code kernel.grpc}, healthy while the kernel is ready, closed where
 * traffic stops.
 *
 * <pre>{@code
 * Kernel.builder().config(config).onStart("grpc", GrpcServing.of(new Orders(), new Customers()))
 * }</pre>
 *
 * <p>Serves one kernel, once. Not thread-safe until it is given to the builder.
 *
 * @see <a href="SPEC.md">SPEC.md GR-1, SD-2</a>
 */
public final class GrpcServing implements Kernel.Body {
    /** By this hook everybody knows that a server is open, whatever the start has wrapped this into. */
    static final String HOOK = "grpc";

    private static final Duration LEAST = Duration.ofMillis(200);
    /** Of what the hook may take, so that it says itself what is left and is not interrupted. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final GrpcServerBuilder builder = GrpcServer.builder();
    private volatile @Nullable GrpcServer server;

    private GrpcServing() {}

    /**
     * {@return a server of these services}
     *
     * @param services what protoc has made the base classes of; none if they come later
     */
    public static GrpcServing of(BindableService... services) {
        return of(List.of(services));
    }

    /**
     * {@return a server of these services}
     *
     * @param services what protoc has made the base classes of
     */
    public static GrpcServing of(Iterable<? extends BindableService> services) {
        GrpcServing serving = new GrpcServing();
        Check.notNull("gRPC services", services).forEach(serving.builder::service);
        return serving;
    }

    /**
     * Adds a service, until the kernel starts: in Dropwizard those that {@code Application.run} makes.
     *
     * @param service what protoc has made the base class of
     * @return this
     */
    public GrpcServing service(BindableService service) {
        builder.service(service);
        return this;
    }

    /**
     * Adds an interceptor around the services, see {@link GrpcServerBuilder#interceptor}.
     *
     * @param interceptor sees the messages as the services do
     * @return this
     */
    public GrpcServing interceptor(ServerInterceptor interceptor) {
        builder.interceptor(interceptor);
        return this;
    }

    /**
     * Changes the server of grpc-java itself, see {@link GrpcServerBuilder#customize}.
     *
     * @param more called when the server is opened, after every setting
     * @return this
     */
    public GrpcServing customize(Consumer<? super ServerBuilder<?>> more) {
        builder.customize(more);
        return this;
    }

    /**
     * Takes threads from somewhere else, for instance from a container.
     *
     * @param factory makes every thread of the server
     * @return this
     */
    public GrpcServing threads(ThreadFactory factory) {
        builder.threads(factory);
        return this;
    }

    /**
     * Opens the server.
     *
     * @throws ConfigurationException if {@code kernel.grpc.port} is not set
     * @throws KernelException if it cannot be opened
     */
    @Override
    public void run(Kernel kernel) {
        GrpcSettings settings = kernel.config().grpc().orElseThrow(GrpcServing::noPort);
        GrpcServer open = builder.settings(settings)
                .readiness(kernel.readiness())
                .clock(kernel.clock())
                .open();
        server = open;
        try {
            var unused = kernel.shutdown().register(HOOK, ShutdownRegistry.HIGH, context -> close(open, context));
        } catch (RuntimeException e) {
            // A stop has come in between.
            open.close();
            throw e;
        }
    }

    private static ConfigurationException noPort() {
        return new ConfigurationException(List.of(new ConfigurationException.Problem(
                "kernel.grpc.port", "", "not set", "there are gRPC services, so it must be 0 (a free one) to 65535")));
    }

    private static void close(GrpcServer open, ShutdownContext context) {
        Duration left = context.remaining().minus(MARGIN);
        GrpcStopReport report = open.close(left.compareTo(LEAST) > 0 ? left : LEAST);
        if (!report.clean()) {
            // The registry reports it, with the name of the hook.
            throw new KernelException("the gRPC server " + report.describe());
        }
    }

    /**
     * {@return the server}
     *
     * @throws IllegalStateException before the kernel has opened it
     */
    public GrpcServer server() {
        GrpcServer open = server;
        if (open == null) {
            throw new IllegalStateException("the gRPC server is not open yet: the start of the kernel opens it");
        }
        return open;
    }
}
