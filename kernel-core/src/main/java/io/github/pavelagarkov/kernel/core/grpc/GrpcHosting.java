package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.grpc.BindableService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** Serves gRPC for an adapter that finds services by itself and names no type of gRPC. */
public final class GrpcHosting {
    /** The type of a service, by its name: gRPC need not be there. */
    public static final String SERVICE = "io.grpc.BindableService";

    private GrpcHosting() {}

    /**
     * {@return a part of a kernel that serves them, on threads of this JVM}
     *
     * @param services each a {@code BindableService}; asked once, when the kernel starts
     */
    public static Kernel.Body serving(Supplier<? extends Iterable<?>> services) {
        Check.notNull("source of gRPC services", services);
        return kernel -> GrpcServing.of(typed(services)).run(kernel);
    }

    /**
     * {@return a part of a kernel that serves them}
     *
     * @param services each a {@code BindableService}; asked once, when the kernel starts
     * @param threads makes every thread of the server
     */
    public static Kernel.Body serving(Supplier<? extends Iterable<?>> services, ThreadFactory threads) {
        Check.notNull("source of gRPC services", services);
        Check.notNull("threads of gRPC", threads);
        return kernel -> GrpcServing.of(typed(services)).threads(threads).run(kernel);
    }

    private static List<BindableService> typed(Supplier<? extends Iterable<?>> services) {
        List<BindableService> typed = new ArrayList<>();
        services.get().forEach(service -> typed.add(BindableService.class.cast(service)));
        return typed;
    }
}
