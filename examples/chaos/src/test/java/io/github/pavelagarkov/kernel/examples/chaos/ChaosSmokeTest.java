package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short chaos run, for what the long one needs: it starts, hits, heals, judges and draws. */
final class ChaosSmokeTest {
    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgres"})
    void noFaultLetsTwoLeadOrAStaleWriteIn(String store) throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put("chaos.store", store);
        properties.put("chaos.seed", System.getProperty("chaos.seed", "3"));
        properties.put("chaos.replicas", "3");
        properties.put("chaos.time", "12s");
        properties.put("chaos.faults", "40");
        properties.put("chaos.directory", "target/chaos-smoke-" + store);
        ChaosSettings settings = ChaosSettings.read(properties::get);

        Verdict verdict = Chaos.run(settings, System.out);

        assertThat(verdict.violations()).as("seed %d", settings.seed()).isEmpty();
        assertThat(verdict.terms()).isNotEmpty();
        assertThat(verdict.accepted()).isPositive();
        assertThat(settings.directory().resolve("timeline.html")).isNotEmptyFile();
        assertThat(Files.readAllLines(settings.directory().resolve("faults.txt")))
                .isNotEmpty();
    }
}
