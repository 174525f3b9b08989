package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.ReadinessRules;
import java.util.Optional;

/** Readiness barriers that are broken. */
final class BrokenBarriers {
    private BrokenBarriers() {}

    /** As the Go seed: nothing registered is ready. */
    @Breaks(value = "RB-1", in = ReadinessRules.class, says = "an empty barrier is ready")
    public static final class ReadyWhenEmpty extends MemoryProvider {
        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<ReadinessBarrier> readinessBarrier(TckNode node) {
                    return super.readinessBarrier(node).map(barrier -> new ForwardingBarrier(barrier) {
                        @Override
                        public boolean isReady() {
                            return super.isReady() || snapshot().components().isEmpty();
                        }
                    });
                }
            };
        }
    }
}
