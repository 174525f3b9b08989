package io.github.pavelagarkov.kernel.core.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.lang.management.ManagementFactory;

/** What one look at readiness costs. */
final class ReadinessReadTest {
    private static final int LOOKS = 100_000;

    private final TestClock clock = new TestClock();
    private final ReadinessBarrier barrier =
            SnapshotReadinessBarrier.create(clock, KernelThreads.of(clock.threads()), Events.none());

    @Rule("RB-3b")
    void rb3b_aLookAllocatesNothing() {
        barrier.start();
        var unused = barrier.component("db").ready();
        int warmUp = looks();

        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        int seen = looks();
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        assertThat(seen).isEqualTo(warmUp).isEqualTo(LOOKS);
        // A byte a look would be 100,000: what is left is the measurement itself.
        assertThat(allocated).isLessThan(LOOKS / 10);
    }

    private int looks() {
        int ready = 0;
        for (int i = 0; i < LOOKS; i++) {
            if (barrier.isReady()) {
                ready++;
            }
        }
        return ready;
    }
}
