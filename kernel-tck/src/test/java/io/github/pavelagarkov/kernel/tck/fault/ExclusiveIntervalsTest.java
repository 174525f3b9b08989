package io.github.pavelagarkov.kernel.tck.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.tck.fault.ExclusiveIntervals.Interval;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ExclusiveIntervalsTest {
    private final ExclusiveIntervals intervals = new ExclusiveIntervals("lock 'orders'");

    @Test
    void whatFollowsWithoutAGapDoesNotOverlap() {
        intervals.add("b", 20, 30);
        intervals.add("a", 10, 20);

        intervals.assertNoOverlap();
        assertThat(intervals.intervals()).extracting(Interval::who).containsExactly("a", "b");
    }

    @Test
    void twoAtOnceAreNamedWithTheTimeTheyShared() {
        intervals.add("a", 1_000_000, 9_000_000);
        intervals.add("c", 9_000_000, 9_500_000);
        intervals.add("b", 6_500_000, 8_000_000);

        assertThat(intervals.overlaps()).singleElement().satisfies(found -> {
            assertThat(found.first().who()).isEqualTo("a");
            assertThat(found.second().who()).isEqualTo("b");
            assertThat(found.nanos()).hasValue(1_500_000);
        });
        assertThatThrownBy(intervals::assertNoOverlap)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("lock 'orders' was held by two at once 1 times in 3 intervals:")
                .hasMessageContaining("'b' began while 'a' still held, both for 1.500 ms");
    }

    @Test
    void anOpenIntervalOverlapsWithAllThatFollow() {
        intervals.add(new Interval("a", 10, OptionalLong.empty()));
        intervals.add(new Interval("b", 50, OptionalLong.empty()));
        intervals.add("c", 70, 80);

        assertThat(intervals.overlaps()).hasSize(3);
        assertThat(intervals.overlaps().get(0)).asString().contains("'b' began although 'a' never gave up");
    }

    @Test
    void theClockMayOverflow() {
        intervals.add("a", Long.MAX_VALUE - 5, Long.MIN_VALUE + 5);
        intervals.add("b", Long.MIN_VALUE + 4, Long.MIN_VALUE + 9);

        assertThat(intervals.overlaps())
                .singleElement()
                .satisfies(found -> assertThat(found.nanos()).hasValue(1));
    }

    @Test
    void anIntervalThatEndsBeforeItBeginsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> intervals.add("a", 10, 9))
                .withMessage("interval of 'a' must not end before it begins, was 10 until 9");
    }
}
