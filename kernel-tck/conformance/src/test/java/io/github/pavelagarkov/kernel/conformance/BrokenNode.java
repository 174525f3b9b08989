package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The elector of one node, to be broken in one place: override one method. Lives as long as the fixture of a test. */
class BrokenNode {
    final TckNode node;

    BrokenNode(TckNode node) {
        this.node = node;
    }

    /** Makes every elector of its fixtures from a broken node. */
    abstract static class Provider extends MemoryProvider {
        abstract BrokenNode broken(TckNode node);

        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<LeaderElector> elector(TckNode node) {
                    return Optional.of(broken(node).elector(store(node)));
                }
            };
        }
    }

    /** {@return what the elector talks to} */
    LeaseStore store(LeaseStore real) {
        return real;
    }

    KernelClock clock() {
        return node.clock();
    }

    KernelListener events() {
        return node.listener();
    }

    /** {@return what the elector is joined with} */
    ElectionSpec spec(ElectionSpec given) {
        return given;
    }

    /** {@return what the elector calls} */
    LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
        return real;
    }

    /** {@return what the elector starts and stops} */
    Subsystem subsystem(Subsystem real) {
        return real;
    }

    /** {@return all that the elector starts and stops} */
    Subsystem[] subsystems(Subsystem... real) {
        return Arrays.stream(real).map(this::subsystem).toArray(Subsystem[]::new);
    }

    /** {@return what the suite sees of an election} */
    Election election(Election real) {
        return real;
    }

    /** {@return what the suite sees} */
    LeaderElector elector(LeaseStore real) {
        TckNode inner = new TckNode(node.identity(), clock(), node.threads(), events());
        return new ForwardingElector(LeaseLeaderElector.create(
                store(real),
                node.identity(),
                inner.clock(),
                EngineFixture.threads(inner),
                EngineFixture.events(inner),
                OverrunHandler.none())) {
            @Override
            public Election join(ElectionSpec spec, LeadershipListener listener) {
                return BrokenNode.this.election(withSpec(super.join(spec(spec), listener(spec, listener)), spec));
            }

            @Override
            public LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems) {
                return super.supervise(spec(spec), subsystems(subsystems));
            }
        };
    }

    /** What the spec was turned into does not show. */
    private static Election withSpec(Election real, ElectionSpec given) {
        return new ForwardingElection(real) {
            @Override
            public ElectionSpec spec() {
                return given;
            }
        };
    }

    /** Waits on the node's clock, as a callback that listens to nobody. */
    final void until(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            try {
                node.clock().park(node.clock().nanoTime() + 20_000_000);
            } catch (InterruptedException e) {
                // Kept for later: it does not end the wait.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs something beside the calling thread. */
    final void beside(Runnable work) {
        Thread thread = node.threads().newThread(work);
        if (thread == null) {
            throw new IllegalStateException("the threads of the test refuse");
        }
        thread.start();
    }
}
