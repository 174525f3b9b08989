package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.telemetry.TelemetryHosting;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Set;
import java.util.function.Consumer;

/**
 * OpenTelemetry as a bean: MicroProfile Telemetry brings one, and so may an application.
 *
 * @param references told of each reference that is made: it is released with the kernel
 */
record TelemetryBeans(BeanManager beans, Consumer<CreationalContext<?>> references) {
    /** Has metrics and traces sent there; nothing if there is no such bean. */
    void addTo(KernelBuilder builder) {
        if (!Visible.isThere(TelemetryHosting.TYPE)) {
            return;
        }
        Class<?> type = type();
        Set<Bean<?>> found = beans.getBeans(type);
        if (!found.isEmpty()) {
            Bean<?> bean = beans.resolve(found);
            // Asked late: servers make theirs when the application starts.
            builder.with(TelemetryHosting.by(() -> reference(bean, type)));
        }
    }

    private static Class<?> type() {
        try {
            return Class.forName(TelemetryHosting.TYPE, false, TelemetryBeans.class.getClassLoader());
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
