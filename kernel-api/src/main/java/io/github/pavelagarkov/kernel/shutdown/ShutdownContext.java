package io.github.pavelagarkov.kernel.shutdown;

import java.time.Duration;

/** One shutdown as a hook sees it. Thread-safe. */
public interface ShutdownContext {
    /** {@return why the process stops} */
    String reason();

    /** {@return how long this hook may still run before it is interrupted; not below zero} */
    Duration remaining();
}
