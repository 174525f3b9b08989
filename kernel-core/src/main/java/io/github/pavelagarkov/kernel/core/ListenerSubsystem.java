package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A listener beside the other subsystems of an election. */
final class ListenerSubsystem implements Subsystem {
    private final String election;
    private final LeadershipListener listener;
    private volatile @Nullable Term term;

    ListenerSubsystem(String election, LeadershipListener listener) {
        this.election = election;
        this.listener = listener;
    }

    /** {@return work that does nothing} */
    static ListenerSubsystem idle(String election) {
        return new ListenerSubsystem(election, new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {}

            @Override
            public void onDemoted(Term term, DemotionReason reason) {}
        });
    }

    @Override
    public String name() {
        return "listener of " + election;
    }

    @Override
    public void start(LeaderScope scope) throws Exception {
        term = scope.term();
        listener.onElected(scope);
    }

    @Override
    public void stop(DemotionReason reason, Duration atMost) {
        Term ended = term;
        if (ended != null) {
            listener.onDemoted(ended, reason);
        }
    }
}
