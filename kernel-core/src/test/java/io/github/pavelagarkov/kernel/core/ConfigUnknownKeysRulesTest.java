package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CF-3: what becomes of a key that nobody knows. */
class ConfigUnknownKeysRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernel.shutdown.drain-dealy | did you mean kernel.shutdown.drain-delay?",
                "kernel.drain-delay          | did you mean kernel.shutdown.drain-delay?",
                "kernel.leader.cron.leese    | did you mean kernel.leader.cron.lease?",
                "kernel.leader.corn.lease    | 'corn' is not in kernel.leader.names",
                "kernel.redis.pasword        | did you mean kernel.redis.password?",
                "kernel.probes.quite-another | known are kernel.probes.port, kernel.probes.address",
                "kernel.zebra                | all keys are in docs/configuration.md"
            })
    void cf3_unknownKeyOfTheOwnFileFailsWithTheNearest(String key, String hint) {
        List<Problem> problems = ConfigProblems.of(
                ConfigSource.properties("app.properties", Map.of("kernel.leader.names", "cron", key, "hunter2")));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo(key);
            assertThat(problem.allowed()).startsWith("unknown key").endsWith(hint);
            assertThat(problem.source()).isEqualTo("app.properties");
            assertThat(problem.toString()).doesNotContain("hunter2");
        });
    }

    @Test
    void cf3_unknownKeyIsAWarningIfSwitched() {
        KernelConfig config =
                KernelConfig.of(Map.of("kernel.config.ignore-unknown", "true", "kernel.shutdown.bugdet", "30s"));

        assertThat(config.warnings())
                .containsExactly("kernel.shutdown.bugdet (code): unknown key; did you mean kernel.shutdown.budget?");
    }

    @Test
    void cf3_unknownSystemPropertyIsOneWarning() {
        KernelConfig config = KernelConfig.read(
                ConfigSource.systemProperties(ConfigProblems.properties("kernel.shutdown.budgte", "30s")));

        assertThat(config.warnings())
                .containsExactly("kernel.shutdown.budgte (system property):"
                        + " unknown key; did you mean kernel.shutdown.budget?");
    }

    @Test
    void cf3_environmentIsLookedUpAndNeverScanned() {
        KernelConfig config = KernelConfig.read(ConfigSource.environment(Map.of(
                "KERNEL_SERVICE_HOST", "10.0.0.1",
                "KERNEL_PORT", "tcp://10.0.0.1:80",
                "KERNEL_PORT_80_TCP_ADDR", "10.0.0.1",
                "KERNEL_SHUTDOWN_BUGDET", "30s")));

        assertThat(config.warnings()).isEmpty();
        assertThat(config.shutdown().spec()).isEqualTo(ShutdownSpec.defaults());
    }

    @Test
    void cf3_variableOfAKubernetesServiceIsExplained() {
        assertThat(ConfigProblems.of(ConfigSource.environment(Map.of("KERNEL_PROBES_PORT", "tcp://10.0.0.1:80"))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.allowed()).contains("enableServiceLinks: false"));
    }

    @Test
    void cf3_strongerListOfNamesOrphansNoSettingOfTheFile() {
        KernelConfig config = KernelConfig.read(
                ConfigSource.environment(Map.of("KERNEL_LEADER_NAMES", "cron")),
                ConfigSource.properties(
                        "app.properties",
                        Map.of("kernel.leader.names", "cron,mail", "kernel.leader.mail.lease", "30s")));

        assertThat(config.leader().elections()).containsOnlyKeys("cron");
    }
}
