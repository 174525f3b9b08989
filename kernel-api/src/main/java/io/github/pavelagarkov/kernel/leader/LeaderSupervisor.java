package io.github.pavelagarkov.kernel.leader;

/**
 * Runs subsystems exactly while this process leads. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LS-1 to LS-3</a>
 */
public interface LeaderSupervisor extends AutoCloseable {
    /** {@return the election that decides} */
    Election election();

    /** {@return whether the subsystems have been started and not yet stopped} */
    boolean isRunning();

    /** Closes the election, and so stops the subsystems. Idempotent, see {@link Election#close()}. */
    @Override
    void close();
}
