package io.github.pavelagarkov.kernel.core.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250us,PT0.00025S",
        "500ms,PT0.5S",
        "30s,PT30S",
        "5m,PT5M",
        "2h,PT2H",
        "1d,PT24H",
        "PT30S,PT30S",
        "0s,PT0S",
        "' 30 s ',PT30S"
    })
    void readsWhatPeopleWrite(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "-30s", "PT-5S", "30 seconds", "1.5s", "999999999999999999d"})
    void refusesTheRestAndSaysWhatIsAllowed(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "duration must be written as 250us, 500ms, 30s, 5m, 2h, 1d or PT30S and not be negative, was '"
                                + text + "'");
    }

    @Test
    void cutsWhatItQuotes() {
        assertThatThrownBy(() -> Durations.parse("x\n".repeat(100))).message().hasSizeLessThan(200);
    }
}
