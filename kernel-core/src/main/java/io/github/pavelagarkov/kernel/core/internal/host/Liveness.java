package io.github.pavelagarkov.kernel.core.internal.host;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether the process is beyond help and should be restarted. Goes down once and stays down. Thread-safe. */
public final class Liveness {
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    /**
     * Takes liveness down for good; the first reason counts.
     *
     * @param why for the operator, one sentence
     */
    public void down(String why) {
        reason.compareAndSet(null, why);
    }

    /** {@return why the process should be restarted; empty while it should not} */
    public Optional<String> reason() {
        return Optional.ofNullable(reason.get());
    }
}
