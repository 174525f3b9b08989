package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.grpc.GrpcHosting;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The gRPC services among the beans of an application.
 *
 * @param references told of each reference that is made: it is released with the kernel
 */
record GrpcBeans(BeanManager beans, Consumer<CreationalContext<?>> references) {
    private static final String COMPONENT = "grpc";

    /** Has them served, if there are any: an application may as well give its services to the builder itself. */
    Optional<Problem> serveBy(KernelBuilder builder) {
        if (!Visible.isThere(GrpcHosting.SERVICE)) {
            return Optional.of(new Problem(
                    "kernel.grpc.port",
                    "",
                    "configuration",
                    "needs the library io.grpc:grpc-netty-shaded beside kernel"));
        }
        Class<?> type = serviceType();
        Set<Bean<?>> services = beans.getBeans(type, Any.Literal.INSTANCE);
        if (services.isEmpty()) {
            return Optional.empty();
        }
        Supplier<List<Object>> instances =
                () -> services.stream().map(bean -> reference(bean, type)).toList();
        ThreadFactory threads = ManagedThreads.find().orElse(null);
        builder.onStart(
                COMPONENT, threads == null ? GrpcHosting.serving(instances) : GrpcHosting.serving(instances, threads));
        return Optional.empty();
    }

    private static Class<?> serviceType() {
        try {
            return Class.forName(GrpcHosting.SERVICE, false, GrpcBeans.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("cannot happen: it was there a moment ago", e);
        }
    }

    private Object reference(Bean<?> bean, Class<?> type) {
        CreationalContext<?> context = beans.createCreationalContext(bean);
        references.accept(context);
        return beans.getReference(bean, type, context);
    }
}
