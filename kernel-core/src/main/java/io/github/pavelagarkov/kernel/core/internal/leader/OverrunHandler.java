package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.Term;

/** Told when work goes on after its lease. Must not block. */
@FunctionalInterface
public interface OverrunHandler {
    /**
     * Reacts as the election's spec says.
     *
     * @param spec the election
     * @param term the term that is over
     */
    void onOverrun(ElectionSpec spec, Term term);

    /** {@return does nothing beyond the event that is reported anyway} */
    static OverrunHandler none() {
        return (spec, term) -> {};
    }
}
