package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Keeps every event for a test to look at. */
public final class RecordedEvents implements Events {
    private final List<KernelEvent> all = new CopyOnWriteArrayList<>();

    @Override
    public void publish(Supplier<? extends KernelEvent> event) {
        all.add(event.get());
    }

    /** {@return the events of one type, in order}
     *
     * @param <T> the type
     * @param type the type */
    public <T extends KernelEvent> List<T> of(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
