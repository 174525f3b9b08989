package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.core.HttpSettings.AccessLog;
import io.github.pavelagarkov.kernel.core.HttpSettings.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpSettingsTest {
    @Test
    void hasDefaults() {
        assertThat(KernelConfig.defaults().http())
                .isEqualTo(new HttpSettings(AccessLog.AUTO, List.of(), Problem.ACCEPTED));
    }

    @Test
    void skipsPathsAndWhatIsBelowThem() {
        HttpSettings http = KernelConfig.of(Map.of("kernel.http.access-log-skip", "/api/health, /internal/*"))
                .http();

        assertThat(List.of("/api/health", "/internal/", "/internal/a/b")).allMatch(http::skips);
        assertThat(List.of("/api/health/x", "/api", "/internal", "/", "/internals/a"))
                .noneMatch(http::skips);
    }

    @Test
    void refusesWhatIsNoPath() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> KernelConfig.of(
                        Map.of("kernel.http.access-log-skip", "health", "kernel.http.access-log", "maybe")))
                .withMessageContaining("kernel.http.access-log-skip")
                .withMessageContaining("paths with commas between, each beginning with /")
                .withMessageContaining("auto or always or never");
    }
}
