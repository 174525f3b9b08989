package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.CancellationToken;

/** One term as the work that runs in it sees it. Thread-safe. */
public interface LeaderScope {
    /** {@return the term} */
    Term term();

    /** {@return whether the term goes on: the lease holds by the clock and nobody has begun to stop the work} */
    boolean isActive();

    /** {@return cancelled when the term begins to end, whatever the reason} */
    CancellationToken cancellation();
}
