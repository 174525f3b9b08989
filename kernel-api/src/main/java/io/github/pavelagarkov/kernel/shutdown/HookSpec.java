package io.github.pavelagarkov.kernel.shutdown;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * What a hook is registered with.
 *
 * @param name shown in the report; unique; {@code [a-z][a-z0-9-]{0,62}}
 * @param priority smaller runs earlier; 1 to 1,000,000, see the constants of {@link ShutdownRegistry}
 * @param timeout how long it may run before it is interrupted; empty means the registry's default
 * @param action what to do
 */
public record HookSpec(String name, int priority, Optional<Duration> timeout, ShutdownAction action) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range, naming hook and field
     */
    public HookSpec {
        Check.name("hook name", name);
        Check.range("priority of hook '" + name + "'", priority, 1, 1_000_000);
        Check.notNull("timeout of hook '" + name + "'", timeout)
                .ifPresent(limit -> Check.positive("timeout of hook '" + name + "'", limit));
        Check.notNull("action of hook '" + name + "'", action);
    }

    /**
     * {@return a hook with the registry's default timeout}
     *
     * @param name shown in the report
     * @param priority smaller runs earlier
     * @param action what to do
     */
    public static HookSpec of(String name, int priority, ShutdownAction action) {
        return new HookSpec(name, priority, Optional.empty(), action);
    }

    /**
     * {@return this hook with its own timeout}
     *
     * @param limit how long it may run; positive
     */
    public HookSpec withTimeout(Duration limit) {
        return new HookSpec(name, priority, Optional.of(limit), action);
    }
}
