package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.util.Optional;
import java.util.Set;

/** The elector of the test kit, with an arbiter in place of a test. */
public final class ManualElectorProvider implements KernelTckProvider {
    /** For the suite. */
    public ManualElectorProvider() {}

    @Override
    public String id() {
        return "manual-elector";
    }

    @Override
    public String name() {
        return "ManualLeaderElector of kernel-tck";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.TIME_CONTROL, Capability.BACKEND_CONTROL);
    }

    @Override
    public Optional<String> whyNot(Capability capability) {
        return capability == Capability.NOTIFY
                ? Optional.of("whoever leads next is told by the test")
                : Optional.empty();
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        ManualArbiter arbiter = new ManualArbiter(setup);
        return new EngineFixture() {
            @Override
            LeaseStore store(TckNode node) {
                throw new UnsupportedOperationException("manual electors have no store");
            }

            @Override
            public Optional<LeaderElector> elector(TckNode node) {
                return Optional.of(arbiter.elector(node));
            }

            @Override
            public Optional<TckBackend> backend() {
                return Optional.of(arbiter);
            }

            @Override
            public void close() {
                arbiter.close();
            }
        };
    }
}
