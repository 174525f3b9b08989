package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class CorrelationIdTest {
    @AfterEach
    void leaveNothingBehind() {
        MDC.clear();
    }

    @Test
    void ht1_takesWhatIsSafeInEveryLineHeaderAndComment() {
        assertThat(Set.of("a", "A.b_c-9", "x".repeat(128), "-", "...", "0f8fad5b-d9cb-469f-a165-70867728950e"))
                .allMatch(CorrelationId::isValid)
                .allMatch(id -> CorrelationId.acceptOrGenerate(id).equals(id));
    }

    @Test
    void ht1_replacesWhatIsNot() {
        assertThat(Set.of(
                        "",
                        " ",
                        "x".repeat(129),
                        "a b",
                        "a\r\nset-cookie: x",
                        "a\n",
                        "%0d%0a",
                        "é",
                        "а",
                        "１",
                        "a\u0000",
                        "\ud83d\ude00",
                        "a,b",
                        "a/*",
                        "${jndi:x}"))
                .noneMatch(CorrelationId::isValid)
                .allSatisfy(id -> assertThat(CorrelationId.acceptOrGenerate(id))
                        .isNotEqualTo(id)
                        .matches("[0-9a-v]{20}"));
        assertThat(CorrelationId.isValid(null)).isFalse();
        assertThat(CorrelationId.acceptOrGenerate(null)).matches("[0-9a-v]{20}");
    }

    @Test
    void makesNoIdTwice() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(CorrelationId.generate());
        }

        assertThat(made).hasSize(10_000).allMatch(CorrelationId::isValid);
    }

    @Test
    void ht4_scopePutsBackWhatTheThreadHad() {
        MDC.put("other", "kept");
        try (var outer = CorrelationId.open("outer")) {
            try (var inner = CorrelationId.open("inner")) {
                assertThat(CorrelationId.current()).contains("inner");
            }
            assertThat(CorrelationId.current()).contains("outer");
        }

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("other", "kept"));
        assertThat(CorrelationId.current()).isEmpty();
    }

    @Test
    void refusesToOpenAHostileIdWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorrelationId.open("a\r\nERROR forged"))
                .withMessage("correlation id must match [A-Za-z0-9._-]{1,128}, was a text of 15 characters");
    }
}
