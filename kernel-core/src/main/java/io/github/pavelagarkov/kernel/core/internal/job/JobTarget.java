package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An object with job methods, which may come into being only when the first of them runs. Thread-safe. */
public final class JobTarget {
    private final Class<?> type;
    private final Supplier<?> source;
    private @Nullable Object instance;

    private JobTarget(Class<?> type, Supplier<?> source) {
        this.type = type;
        this.source = source;
    }

    /** {@return an object that is there} */
    public static JobTarget of(Object instance) {
        return new JobTarget(instance.getClass(), () -> instance);
    }

    /**
     * {@return an object that is made when it is needed, once}
     *
     * @param type has the methods
     * @param source makes it; asked again if it threw
     */
    public static JobTarget of(Class<?> type, Supplier<?> source) {
        return new JobTarget(type, source);
    }

    Class<?> type() {
        return type;
    }

    synchronized Object instance() {
        Object made = instance;
        if (made == null) {
            made = source.get();
            instance = made;
        }
        return made;
    }
}
