package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import java.util.List;
import java.util.Optional;

/** Does what the real one does, unless told otherwise. */
class ForwardingElector implements LeaderElector {
    private final LeaderElector real;

    ForwardingElector(LeaderElector real) {
        this.real = real;
    }

    @Override
    public String identity() {
        return real.identity();
    }

    @Override
    public Election join(ElectionSpec spec, LeadershipListener listener) {
        return real.join(spec, listener);
    }

    @Override
    public LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems) {
        return real.supervise(spec, subsystems);
    }

    @Override
    public Optional<Election> election(String name) {
        return real.election(name);
    }

    @Override
    public List<Election> elections() {
        return real.elections();
    }

    @Override
    public void close() {
        real.close();
    }
}
