package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.grpc.GrpcHosting;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.List;
import java.util.Set;
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
    void serveBy(KernelBuilder builder) {
        GrpcHosting.serviceType().ifPresent(type -> serveBy(builder, type));
    }

    private void serveBy(KernelBuilder builder, Class<?> type) {
        Set<Bean<?>> services = beans.getBeans(type, Any.Literal.INSTANCE);
        if (services.isEmpty()) {
            return;
        }
        Supplier<List<Object>> instances =
                () -> services.stream().map(bean -> reference(bean, type)).toList();
        builder.onStart(
                COMPONENT,
                ManagedThreads.find()
                        .map(threads -> GrpcHosting.serving(instances, threads))
                        .orElseGet(() -> GrpcHosting.serving(instances)));
    }

    private Object reference(Bean<?> bean, Class<?> type) {
        CreationalContext<?> context = beans.createCreationalContext(bean);
        references.accept(context);
        return beans.getReference(bean, type, context);
    }
}
