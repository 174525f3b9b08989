package io.github.pavelagarkov.kernel.leader;

import java.util.List;
import java.util.Optional;

/**
 * Takes part in elections on behalf of one process.
 *
 * <p>Single-use: after {@link #close()} nothing can be joined. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LE-1 to LE-20</a>
 */
public interface LeaderElector extends AutoCloseable {
    /** {@return how this process is known to others, by default {@code host:pid:random}} */
    String identity();

    /**
     * Becomes a candidate. Returns at once and never fails because the backend cannot be reached: until it can, the status
     * is {@link LeadershipStatus.Unknown}.
     *
     * @param spec name and timing
     * @param listener told of every term, see {@link LeadershipListener} for threads and order
     * @return the election, open until it or this elector is closed
     * @throws IllegalStateException if an election of that name is open here, or this elector is closed
     */
    Election join(ElectionSpec spec, LeadershipListener listener);

    /**
     * Becomes a candidate and runs subsystems exactly while this process leads.
     *
     * @param spec name and timing
     * @param subsystems started in this order on election, stopped in parallel on demotion; at least one
     * @return the supervisor, open until it or this elector is closed
     * @throws IllegalStateException if an election of that name is open here, or this elector is closed
     * @see <a href="SPEC.md">SPEC.md LS-1 to LS-3</a>
     */
    LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems);

    /** {@return the open election of that name, if there is one} */
    Optional<Election> election(String name);

    /** {@return the open elections, in the order they were joined} */
    List<Election> elections();

    /**
     * Closes every election as {@link Election#close()} does, all at the same time. Idempotent, bounded by the longest
     * stop timeout plus one attempt; from inside a callback it does not wait for that callback.
     */
    @Override
    void close();
}
