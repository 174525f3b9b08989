package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class OfferTest {
    private static final Offer<String> NONE = Offer.none("set FIRST");
    private static final Offer<String> ALSO_NONE = Offer.none("add second");

    @Test
    void theFirstThatHasItIsTakenAndNoOtherIsAsked() {
        Offer<String> first = Offer.first(List.of(() -> NONE, () -> Offer.of("it"), () -> {
            throw new AssertionError("asked");
        }));

        assertThat(first).isEqualTo(Offer.of("it"));
    }

    @Test
    void whatIsThereIsGivenToTheTest() {
        assertThat(Offer.of("it").orEndTest("thing", Map.of("CI", "true"))).isEqualTo("it");
    }

    @Test
    void whatIsMadeOfNothingKeepsTheAdvice() {
        assertThat(NONE.map(String::length)).isEqualTo(Offer.none("set FIRST"));
        assertThat(Offer.of("it").map(String::length)).isEqualTo(Offer.of(2));
    }

    @Test
    void outsideContinuousIntegrationTheTestIsAborted() {
        Offer<String> nobody = Offer.first(List.of(() -> NONE, () -> ALSO_NONE));

        assertThatThrownBy(() -> nobody.orEndTest("thing", Map.of("CI", "")))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("no thing for this test: set FIRST, or add second");
    }

    @Test
    void inContinuousIntegrationTheTestFails() {
        assertThatThrownBy(() -> NONE.orEndTest("thing", Map.of("CI", "true")))
                .isInstanceOf(AssertionError.class)
                .hasMessage("no thing for this test: set FIRST; CI is set, so the test fails and is not skipped");
    }
}
