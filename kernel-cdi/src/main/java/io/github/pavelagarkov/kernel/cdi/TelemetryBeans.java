package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.telemetry.TelemetryHosting;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * OpenTelemetry as a bean: MicroProfile Telemetry brings one, and so may an application.
 *
 * @param references told of each reference that is made: it is released with the kernel
 */
record TelemetryBeans(BeanManager beans, Consumer<CreationalContext<?>> references) {
    /**
     * Has metrics and traces sent there; nothing if there is no such bean.
     *
     * @param problems told if there are several and none of them is the alternative to use
     */
    void addTo(KernelBuilder builder, Consumer<Problem> problems) {
        if (!Visible.isThere(TelemetryHosting.TYPE)) {
            return;
        }
        Class<?> type = type();
        Set<Bean<?>> found = beans.getBeans(type);
        try {
            Optional.<Bean<?>>ofNullable(beans.resolve(found))
                    // Asked late: servers make theirs when the application starts.
                    .ifPresent(bean -> builder.with(TelemetryHosting.by(() -> reference(bean, type))));
        } catch (AmbiguousResolutionException e) {
            OwnParts.several(type.getSimpleName(), found).ifPresent(problems);
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
