package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.time.KernelClock;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** Collects what a {@link GrpcServer} is made of. Not thread-safe. */
public final class GrpcServerBuilder {
    GrpcSettings settings = GrpcSettings.onPort(0);
    final List<ServerServiceDefinition> services = new ArrayList<>();
    final List<ServerInterceptor> interceptors = new ArrayList<>();
    final List<Consumer<? super ServerBuilder<?>>> customizers = new ArrayList<>();
    Optional<ReadinessBarrier> readiness = Optional.empty();
    KernelClock clock = KernelClock.system();
    KernelThreads threads = KernelThreads.system();

    GrpcServerBuilder() {}

    /**
     * Takes all settings at once, in place of those taken before.
     *
     * @param all a free port and the defaults if this is never called
     * @return this builder
     */
    public GrpcServerBuilder settings(GrpcSettings all) {
        settings = Check.notNull("gRPC settings", all);
        return this;
    }

    /**
     * Sets the port.
     *
     * @param number 1 to 65,535; 0 for a free one
     * @return this builder
     */
    public GrpcServerBuilder port(int number) {
        settings = settings.withPort(number);
        return this;
    }

    /**
     * Adds a service.
     *
     * @param service what protoc has made the base class of
     * @return this builder
     * @throws IllegalArgumentException if there is one of its name
     */
    public GrpcServerBuilder service(BindableService service) {
        return service(Check.notNull("gRPC service", service).bindService());
    }

    /**
     * Adds a service.
     *
     * @param service its methods and handlers
     * @return this builder
     * @throws IllegalArgumentException if there is one of its name
     */
    public GrpcServerBuilder service(ServerServiceDefinition service) {
        String name =
                Check.notNull("gRPC service", service).getServiceDescriptor().getName();
        if (services.stream()
                .anyMatch(other -> other.getServiceDescriptor().getName().equals(name))) {
            throw new IllegalArgumentException("gRPC service '" + name + "' is given twice");
        }
        services.add(service);
        return this;
    }

    /**
     * Adds an interceptor around the services, inside of all those of the server; the first one added is the outermost.
     *
     * @param interceptor sees the messages as the services do
     * @return this builder
     */
    public GrpcServerBuilder interceptor(ServerInterceptor interceptor) {
        interceptors.add(Check.notNull("gRPC interceptor", interceptor));
        return this;
    }

    /**
     * Changes the server of grpc-java itself, for a library that knows how: {@code GrpcOpenTelemetry.configureServerBuilder}
     * for instance. What it adds is outside of everything of the server, and what it sets is not overwritten. Services that it adds
     * have no limit of their responses.
     *
     * @param more called when the server is opened, after every setting
     * @return this builder
     */
    public GrpcServerBuilder customize(Consumer<? super ServerBuilder<?>> more) {
        customizers.add(Check.notNull("customizer of the gRPC server", more));
        return this;
    }

    /**
     * Says what the health service tells.
     *
     * @param barrier followed until the server is closed; without one the server is healthy until then
     * @return this builder
     */
    public GrpcServerBuilder readiness(ReadinessBarrier barrier) {
        readiness = Optional.of(Check.notNull("readiness barrier", barrier));
        return this;
    }

    /**
     * Takes another source of time; deadlines of calls stay gRPC's own.
     *
     * @param source measures latencies and the patience of the close
     * @return this builder
     */
    public GrpcServerBuilder clock(KernelClock source) {
        clock = Check.notNull("clock", source);
        return this;
    }

    /**
     * Takes threads from somewhere else, for instance from a container.
     *
     * @param factory makes every thread of the server
     * @return this builder
     */
    public GrpcServerBuilder threads(ThreadFactory factory) {
        threads = KernelThreads.of(Check.notNull("thread factory", factory));
        return this;
    }

    /**
     * Opens the server: it answers when this returns.
     *
     * @return the server; close it
     * @throws io.github.pavelagarkov.kernel.KernelException if the port cannot be opened, a file of the encryption cannot be
     *     used, or a library is missing; names it
     */
    public GrpcServer open() {
        Libraries.require(
                "io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder",
                "io.grpc:grpc-netty-shaded",
                "the gRPC server");
        Libraries.require("io.grpc.protobuf.services.HealthStatusManager", "io.grpc:grpc-services", "the gRPC server");
        return GrpcServer.open(this);
    }
}
