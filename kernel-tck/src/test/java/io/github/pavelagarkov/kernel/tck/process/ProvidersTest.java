package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.tck.process.Providers.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ProvidersTest {
    private static final Source<String> NONE = new Source<>("set FIRST", Optional::empty);
    private static final Source<String> ALSO_NONE = new Source<>("add second", Optional::empty);

    @Test
    void theFirstThatHasItIsTakenAndNoOtherIsAsked() {
        Source<String> has = new Source<>("", () -> Optional.of("it"));
        Source<String> unasked = new Source<>("", () -> {
            throw new AssertionError("asked");
        });

        assertThat(new Providers<>("thing", Map.of(), List.of(NONE, has, unasked)).first())
                .isEqualTo("it");
    }

    @Test
    void outsideContinuousIntegrationTheTestIsAborted() {
        assertThatThrownBy(() -> new Providers<>("thing", Map.of("CI", ""), List.of(NONE, ALSO_NONE)).first())
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("no thing for this test: set FIRST, or add second");
    }

    @Test
    void inContinuousIntegrationTheTestFails() {
        assertThatThrownBy(() -> new Providers<>("thing", Map.of("CI", "true"), List.of(NONE)).first())
                .isInstanceOf(AssertionError.class)
                .hasMessage("no thing for this test: set FIRST; CI is set, so the test fails and is not skipped");
    }
}
