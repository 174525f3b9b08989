package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChaosSettingsTest {
    @Test
    void whatIsEmptyOrMissingHasADefault() {
        ChaosSettings settings = read("chaos.time", "", "chaos.store", " ");

        assertThat(settings.store()).isEqualTo("redis");
        assertThat(settings.time()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.faults()).isEqualTo(1_000);
        assertThat(settings.trusted()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void durationsHaveUnits() {
        assertThat(read("chaos.time", "10m").time()).isEqualTo(Duration.ofMinutes(10));
        assertThat(read("chaos.time", "90s").time()).isEqualTo(Duration.ofSeconds(90));
        assertThat(read("chaos.lease", "900ms").lease()).isEqualTo(Duration.ofMillis(900));
    }

    @Test
    void whatItCannotDoIsNamedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("chaos.time", "soon"))
                .withMessage("chaos.time must be a duration such as 1500ms, 90s or 10m, was 'SOON'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("chaos.faults", "many"))
                .withMessage("chaos.faults must be a whole number, was 'many'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("chaos.replicas", "1"))
                .withMessage("chaos.replicas must be from 2 to 16, was 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChaosStore.Kind.of("etcd"))
                .withMessageStartingWith("chaos.store must be one of redis")
                .withMessageEndingWith(", was 'etcd'");
    }

    private static ChaosSettings read(String... pairs) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return ChaosSettings.read(properties::get);
    }
}
