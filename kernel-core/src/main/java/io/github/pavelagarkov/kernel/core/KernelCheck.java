package io.github.pavelagarkov.kernel.core;

import java.util.Map;
import java.util.TreeMap;

/**
 * One thing about a kernel that an operator may ask: whether it is well, and if not, why. Hosts show it under its name by
 * their own means. It says nothing about traffic: that is {@link Kernel#readiness()}. Thread-safe.
 */
public interface KernelCheck {
    /** {@return for instance {@code kernel-leader-billing}; the same on every host} */
    String name();

    /** {@return how it is now; asks a backend if it is about one, within its timeout, and never throws} */
    Result run();

    /**
     * How it is.
     *
     * @param healthy whether nobody has to act
     * @param message one sentence, no secret
     * @param details more of it, by name
     */
    record Result(boolean healthy, String message, Map<String, String> details) {
        /** Copies the map. */
        public Result {
            details = Map.copyOf(new TreeMap<>(details));
        }
    }
}
