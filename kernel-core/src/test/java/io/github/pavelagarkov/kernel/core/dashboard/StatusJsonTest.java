package io.github.pavelagarkov.kernel.core.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The writer, read again by Jackson. */
final class StatusJsonTest {
    private final ObjectMapper jackson = new ObjectMapper();

    public enum Colour {
        LIGHT_BLUE
    }

    public record Inner(String text) {}

    public record All(
            String text,
            int number,
            long large,
            boolean truth,
            Instant at,
            Duration took,
            Colour colour,
            Optional<Duration> there,
            Optional<String> absent,
            OptionalInt code,
            OptionalInt noCode,
            List<Inner> inners,
            Map<String, Long> counts) {}

    public record Nothing(Optional<String> absent) {}

    private JsonNode read(Record record) throws Exception {
        byte[] sent = StatusJson.of(record).getBytes(StandardCharsets.UTF_8);
        return jackson.readTree(sent);
    }

    @Test
    void everyKindOfComponentIsReadAsItWas() throws Exception {
        JsonNode json = read(new All(
                "a \"quote\", a \\, a\nline, a\u0001, an \u00e9, a \ud83d\ude00",
                -7,
                1_764_446_609_000_001L,
                true,
                Instant.parse("2026-01-01T00:00:00.5Z"),
                Duration.ofNanos(1_234_567),
                Colour.LIGHT_BLUE,
                Optional.of(Duration.ofHours(3)),
                Optional.empty(),
                OptionalInt.of(159),
                OptionalInt.empty(),
                List.of(new Inner("one"), new Inner("two")),
                Map.of("b", 2L, "a", 1L)));

        assertThat(json.get("text").asText())
                .isEqualTo("a \"quote\", a \\, a\nline, a\u0001, an \u00e9, a \ud83d\ude00");
        assertThat(json.get("number").asInt()).isEqualTo(-7);
        assertThat(json.get("large").asLong()).isEqualTo(1_764_446_609_000_001L);
        assertThat(json.get("truth").asBoolean()).isTrue();
        assertThat(json.get("at").asText()).isEqualTo("2026-01-01T00:00:00.500Z");
        assertThat(json.get("tookMillis").asDouble()).isEqualTo(1.235);
        assertThat(json.get("colour").asText()).isEqualTo("light-blue");
        assertThat(json.get("thereMillis").asDouble()).isEqualTo(10_800_000);
        assertThat(json.get("code").asInt()).isEqualTo(159);
        assertThat(json.has("absent")).isFalse();
        assertThat(json.has("noCode")).isFalse();
        assertThat(json.get("inners").get(1).get("text").asText()).isEqualTo("two");
        assertThat(json.get("counts").fieldNames()).toIterable().containsExactly("a", "b");
    }

    @Test
    void whatIsEmptyIsEmpty() throws Exception {
        assertThat(StatusJson.of(new Nothing(Optional.empty()))).isEqualTo("{}");
        assertThat(read(new All(
                        "",
                        0,
                        0,
                        false,
                        Instant.EPOCH,
                        Duration.ZERO,
                        Colour.LIGHT_BLUE,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        Map.of())))
                .hasSize(9);
    }

    @Test
    void anyTextSurvivesAndNoHalfOfAPairIsSent() throws Exception {
        long seed = 20_261_129;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                // Many of those that mean something, also halves of pairs.
                text.append(
                        random.nextBoolean()
                                ? (char) random.nextInt(0x10000)
                                : "\"\\\n\u007f\u2028\ud83d\ude00</script>".charAt(random.nextInt(14)));
            }

            assertThat(read(new Inner(text.toString())).get("text").asText())
                    .as("seed %s, text %s", seed, i)
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void theLongestDurationIsANumber() throws Exception {
        assertThat(read(new All(
                                "",
                                0,
                                0,
                                false,
                                Instant.EPOCH,
                                Duration.ofSeconds(Long.MAX_VALUE),
                                Colour.LIGHT_BLUE,
                                Optional.empty(),
                                Optional.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                List.of(),
                                Map.of()))
                        .get("tookMillis")
                        .isNumber())
                .isTrue();
    }
}
