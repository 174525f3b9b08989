package io.github.pavelagarkov.kernel.shutdown;

import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs hooks in order when the process stops. Single-use. Thread-safe.
 *
 * <p>A host that has traffic to stop in between drives it in steps: {@link #begin}, {@link #runBelow} with {@link #HIGH},
 * its own listeners, {@link #runBelow} with {@link #LOW}, {@link #finish}. {@link #shutdown} is all of them at once.
 *
 * @see <a href="SPEC.md">SPEC.md SD-1 to SD-11</a>
 */
public interface ShutdownRegistry {
    /** Runs before everything else. */
    int IMMEDIATE = 1;
    /** Leader-only work and elections. */
    int CRITICAL = 20;
    /** The last hooks before traffic stops. */
    int HIGHEST = 50;
    /** Traffic stops here. */
    int HIGH = 100;
    /** Background workers and schedulers. */
    int MEDIUM = 500;
    /** Connection pools. */
    int LOW = 1000;
    /** Redis and the lease stores. */
    int LOWEST = 10_000;

    /** Where a registry is in its life. */
    enum State {
        /** Hooks can be registered. */
        RUNNING,
        /** Readiness is down; the drain delay runs. */
        DRAINING,
        /** Hooks run, or the host is between two steps. */
        STOPPING,
        /** Over; there is a report. */
        STOPPED
    }

    /**
     * Adds a hook with the default timeout.
     *
     * @param name shown in the report; unique; {@code [a-z][a-z0-9-]{0,62}}
     * @param priority smaller runs earlier; 1 to 1,000,000
     * @param action what to do
     * @return takes the hook back while it has not started
     * @throws IllegalArgumentException if the name is taken or an argument is out of range
     * @throws IllegalStateException if the shutdown is over: the caller must clean up itself
     */
    Registration register(String name, int priority, ShutdownAction action);

    /**
     * Adds a hook.
     *
     * @param hook the hook
     * @return takes the hook back while it has not started
     * @throws IllegalArgumentException if the name is taken
     * @throws IllegalStateException if the shutdown is over: the caller must clean up itself
     */
    Registration register(HookSpec hook);

    /** {@return where it is in its life} */
    State state();

    /** {@return what would run now, in order, and how long it may take} */
    ShutdownPlan plan();

    /**
     * First step: readiness down for good, then the drain delay. Blocks for that delay; an interrupt ends the delay and is
     * kept. Later calls do nothing.
     *
     * @param reason shown in events and the report
     */
    void begin(String reason);

    /**
     * Second step, any number of times: runs the hooks whose priority is smaller. Blocks, within the budget.
     *
     * @param priority hooks from this priority on are left
     * @throws IllegalStateException if {@link #begin} has not been called
     */
    void runBelow(int priority);

    /**
     * Last step: runs every hook that is left. Blocks, within the budget. Called again, or from several threads, it returns
     * the same report; from inside a hook a snapshot with {@code completed} false, without waiting.
     *
     * @return what happened
     * @throws IllegalStateException if {@link #begin} has not been called
     */
    ShutdownReport finish();

    /**
     * All steps. Called again, or from several threads, it waits for and returns the same report; from inside a hook a
     * snapshot, without waiting.
     *
     * @param reason shown in events and the report
     * @return what happened
     */
    ShutdownReport shutdown(String reason);

    /** {@return what happened; empty until the shutdown is over} */
    Optional<ShutdownReport> report();

    /** {@return what is left of the budget; all of it before {@link #begin}, zero at the end} */
    Duration remaining();
}
