package io.github.pavelagarkov.kernel.leader;

import java.util.Optional;

/** What is known about one election here and now. */
public sealed interface LeadershipStatus {
    /**
     * This process leads.
     *
     * @param term the current term
     * @param trouble why the last renewal failed; empty if it did not. The lease still holds.
     */
    record Leader(Term term, Optional<Throwable> trouble) implements LeadershipStatus {}

    /** Somebody else leads, or nobody yet; this process competes or is holding back. */
    record Follower() implements LeadershipStatus {}

    /**
     * The store cannot be asked: neither leader nor follower.
     *
     * @param cause why
     */
    record Unknown(Throwable cause) implements LeadershipStatus {}

    /** The election is closed here. */
    record Stopped() implements LeadershipStatus {}
}
