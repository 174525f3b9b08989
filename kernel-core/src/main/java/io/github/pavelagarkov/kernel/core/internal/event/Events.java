package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import java.util.function.Supplier;

/** Where engines report to. Never blocks, never throws. Thread-safe. */
@FunctionalInterface
public interface Events {
    /**
     * Reports an event. Without a listener it is not even made.
     *
     * @param event makes the event; called at most once, on the calling thread
     */
    void publish(Supplier<? extends KernelEvent> event);

    /** {@return somewhere that nobody listens} */
    static Events none() {
        return event -> {};
    }
}
