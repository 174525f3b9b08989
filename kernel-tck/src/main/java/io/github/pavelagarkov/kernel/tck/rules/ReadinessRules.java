package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import org.junit.jupiter.api.BeforeEach;

/** RB: whether an instance should get traffic. Give the suite a barrier by {@code KernelFixture.readinessBarrier}. */
@SuppressWarnings("NullAway.Init") // set before each test
public class ReadinessRules extends ContractRules {
    private ReadinessBarrier barrier;

    /** For the test engine. */
    public ReadinessRules() {}

    @BeforeEach
    void openBarrier() {
        barrier = required(fixture().readinessBarrier(node("a", new RecordedEvents())), "ReadinessBarrier");
    }

    /** Look at what the barrier says before any component is registered. */
    @Rule("RB-1")
    void rb1_anEmptyBarrierIsNotReady() {
        barrier.start();

        assertThat(barrier.isReady()).as("an empty barrier is ready").isFalse();
    }
}
