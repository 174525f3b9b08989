package io.github.pavelagarkov.kernel.leader;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One election as this process sees it. Thread-safe. */
public interface Election extends AutoCloseable {
    /** {@return the name given in the spec} */
    String name();

    /** {@return what this election was joined with} */
    ElectionSpec spec();

    /** {@return what is known now; local, never blocks} */
    LeadershipStatus status();

    /**
     * {@return whether this process holds the lease at this very moment}
     *
     * <p>Local, allocation-free and checked against the clock: false as soon as the lease minus its margin has run out,
     * even if no other code of this process has run since, as after a long pause. True from acquisition on, also while
     * {@code onElected} runs, and while a graceful stop still holds the lease.
     *
     * @see <a href="SPEC.md">SPEC.md LE-2, LE-3</a>
     */
    boolean isLeader();

    /** {@return the term in which this process leads; empty whenever {@link #isLeader()} is false} */
    Optional<Term> term();

    /** {@return how long the lease still holds by the local clock, margin taken off; zero if this process does not lead} */
    Duration remaining();

    /**
     * Asks the store who leads. Informative only: the answer is old when it arrives.
     *
     * @return the leader; empty if there is none; failed with {@link LeaderUnknownException} within one attempt if the
     *     store cannot be asked, never empty for "don't know"
     */
    CompletionStage<Optional<LeaderInfo>> currentLeader();

    /**
     * Gives leadership up: stops the work, releases the lease, and does not compete for a while. Does nothing but hold back
     * from competing if this process does not lead.
     *
     * @param coolDown how long not to compete; zero or positive
     * @return completed when the lease has been released or could not be
     * @throws IllegalStateException if this election is closed
     */
    CompletionStage<Void> stepDown(Duration coolDown);

    /**
     * Leaves: stops the work while the lease is still renewed, then releases it and tells the other candidates. Idempotent,
     * any thread. Blocks until that is done, at most stop timeout plus one attempt; from inside a callback of this election
     * it does not wait for that callback.
     */
    @Override
    void close();
}
