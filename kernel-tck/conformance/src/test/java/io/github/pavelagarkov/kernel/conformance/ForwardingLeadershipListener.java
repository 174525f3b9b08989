package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;

/** Does what the real one does, unless told otherwise. */
class ForwardingLeadershipListener implements LeadershipListener {
    private final LeadershipListener real;

    ForwardingLeadershipListener(LeadershipListener real) {
        this.real = real;
    }

    @Override
    public void onElected(LeaderScope scope) throws Exception {
        real.onElected(scope);
    }

    @Override
    public void onDemoted(Term term, DemotionReason reason) {
        real.onDemoted(term, reason);
    }
}
