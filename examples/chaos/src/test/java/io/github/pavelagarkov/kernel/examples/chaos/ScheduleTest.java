package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScheduleTest {
    private static final Duration LEASE = Duration.ofMillis(1_500);

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(draw(7, ChaosStore.Kind.REDIS))
                .isEqualTo(draw(7, ChaosStore.Kind.REDIS))
                .isNotEqualTo(draw(8, ChaosStore.Kind.REDIS));
        assertThat(draw(7, ChaosStore.Kind.REDIS).get(0).toString())
                .as("a seed that was reported once must mean the same for ever")
                .isEqualTo("+465 ms PAUSE leader for 1155 ms");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOccursThatTheStoreCanHaveAndNoneLastsLongerThanItSays(ChaosStore.Kind store) {
        List<Fault> faults = draw(1, store);

        assertThat(faults).extracting(Fault::kind).hasSameElementsAs(store.faults());
        assertThat(faults).allSatisfy(fault -> {
            assertThat(fault.lasts())
                    .isBetween(
                            LEASE.multipliedBy(fault.kind().shortest).dividedBy(100),
                            LEASE.multipliedBy(fault.kind().longest).dividedBy(100));
            assertThat(fault.victim()).isBetween(Fault.LEADER, 3);
        });
    }

    private static List<Fault> draw(long seed, ChaosStore.Kind kind) {
        Schedule schedule = new Schedule(seed, LEASE, 4, kind.faults());
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            faults.addAll(schedule.next().faults());
        }
        return faults;
    }
}
