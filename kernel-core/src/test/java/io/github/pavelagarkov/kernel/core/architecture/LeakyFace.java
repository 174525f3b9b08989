package io.github.pavelagarkov.kernel.core.architecture;

import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the rule of the public face must find. */
public abstract class LeakyFace implements Supplier<List<Events>> {
    protected final Optional<ClockGate> field = Optional.empty();
    private final List<HeapTimer> hiddenField = List.of();

    protected LeakyFace(HeapTimer timer) {
        hidden(timer);
    }

    public abstract HeapTimer returned();

    protected abstract void inGenerics(Map<String, ? extends List<HeapTimer>> timers);

    public abstract void inArray(HeapTimer[][] timers);

    final List<HeapTimer> hidden(HeapTimer timer) {
        return hiddenField.isEmpty() ? List.of(timer) : hiddenField;
    }
}
