package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Does what the real one does, unless told otherwise. */
class ForwardingElection implements Election {
    private final Election real;

    ForwardingElection(Election real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public ElectionSpec spec() {
        return real.spec();
    }

    @Override
    public LeadershipStatus status() {
        return real.status();
    }

    @Override
    public boolean isLeader() {
        return real.isLeader();
    }

    @Override
    public Optional<Term> term() {
        return real.term();
    }

    @Override
    public Duration remaining() {
        return real.remaining();
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> currentLeader() {
        return real.currentLeader();
    }

    @Override
    public CompletionStage<Void> stepDown(Duration coolDown) {
        return real.stepDown(coolDown);
    }

    @Override
    public void close() {
        real.close();
    }
}
