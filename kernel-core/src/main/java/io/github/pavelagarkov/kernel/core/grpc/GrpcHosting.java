package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.config.UnfitSetting;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.grpc.BindableService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** Serves gRPC for an adapter that finds services by itself and names no type of gRPC. */
public final class GrpcHosting {
    private static final String SERVICE = "io.grpc.BindableService";

    private GrpcHosting() {}

    /** {@return the type of a service; empty if gRPC is not there} */
    public static Optional<Class<?>> serviceType() {
        return Libraries.find(SERVICE);
    }

    /**
     * {@return why services cannot be served; empty if they can}
     *
     * @param config settings of the kernel
     */
    public static Optional<ConfigurationException.Problem> trouble(KernelConfig config) {
        return config.grpc()
                .filter(settings -> serviceType().isEmpty())
                .map(settings -> UnfitSetting.problem(
                        config, "kernel.grpc.port", "needs the library io.grpc:grpc-netty-shaded beside kernel"));
    }

    /**
     * {@return what an operator should know: a port that is set and never opens}
     *
     * @param config settings of the kernel
     * @param stop what its stop would do, once it has started: a server that is open is closed by it
     */
    public static Optional<String> unserved(KernelConfig config, ShutdownPlan stop) {
        return config.grpc()
                .filter(settings ->
                        stop.hooks().stream().noneMatch(hook -> hook.name().equals(GrpcServing.HOOK)))
                .map(settings -> "kernel.grpc.port is " + settings.port()
                        + ", but nothing here serves gRPC: give the builder GrpcServing, in CDI a bean of"
                        + " BindableService");
    }

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
