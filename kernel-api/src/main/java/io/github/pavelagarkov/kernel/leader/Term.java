package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.Check;
import java.time.Instant;

/**
 * One period of leadership of one process.
 *
 * @param election the name of the election
 * @param identity who leads
 * @param fencingToken grows with every term of the election; write it with every side effect and let the resource refuse a
 *     smaller one than it has seen; positive
 * @param since when it began, by the wall clock of this machine: for people, not for arithmetic
 * @see <a href="SPEC.md">SPEC.md LE-6</a>
 */
public record Term(String election, String identity, long fencingToken, Instant since) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the token is not positive
     */
    public Term {
        Check.notNull("election", election);
        Check.notNull("identity", identity);
        Check.notNull("since", since);
        if (fencingToken <= 0) {
            throw new IllegalArgumentException(
                    "fencing token of election '" + election + "' must be positive, was " + fencingToken);
        }
    }
}
