package io.github.pavelagarkov.kernel.shutdown;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;

/**
 * What a registry is built with.
 *
 * @param budget how long the whole shutdown may take, drain delay included [25 s]
 * @param drainDelay time between readiness down and the first hook, for load balancers to look away; less than the budget [0]
 * @param hookTimeout how long a hook may run that has no timeout of its own [10 s]
 * @param samePriority how hooks of one priority run [SEQUENTIAL]
 */
public record ShutdownSpec(Duration budget, Duration drainDelay, Duration hookTimeout, SamePriority samePriority) {
    /** How hooks of one priority run. */
    public enum SamePriority {
        /** One after the other, in the order they were registered. */
        SEQUENTIAL,
        /** All at once. */
        PARALLEL
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range, or the drain delay eats the budget
     */
    public ShutdownSpec {
        Check.positive("shutdown budget", budget);
        Check.notNegative("shutdown drainDelay", drainDelay);
        Check.positive("shutdown hookTimeout", hookTimeout);
        Check.notNull("shutdown samePriority", samePriority);
        if (drainDelay.compareTo(budget) >= 0) {
            throw new IllegalArgumentException(
                    "shutdown drainDelay must be less than budget " + budget + ", was " + drainDelay);
        }
    }

    /** {@return the values in brackets above} */
    public static ShutdownSpec defaults() {
        return new ShutdownSpec(Duration.ofSeconds(25), Duration.ZERO, Duration.ofSeconds(10), SamePriority.SEQUENTIAL);
    }

    /**
     * {@return this spec with another budget}
     *
     * @param limit how long the whole shutdown may take; positive
     */
    public ShutdownSpec withBudget(Duration limit) {
        return new ShutdownSpec(limit, drainDelay, hookTimeout, samePriority);
    }

    /**
     * {@return this spec with a drain delay}
     *
     * @param delay time between readiness down and the first hook
     */
    public ShutdownSpec withDrainDelay(Duration delay) {
        return new ShutdownSpec(budget, delay, hookTimeout, samePriority);
    }

    /**
     * {@return this spec with another default timeout}
     *
     * @param limit how long a hook may run; positive
     */
    public ShutdownSpec withHookTimeout(Duration limit) {
        return new ShutdownSpec(budget, drainDelay, limit, samePriority);
    }

    /**
     * {@return this spec with another order inside a priority}
     *
     * @param order how hooks of one priority run
     */
    public ShutdownSpec withSamePriority(SamePriority order) {
        return new ShutdownSpec(budget, drainDelay, hookTimeout, order);
    }
}
