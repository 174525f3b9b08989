package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** LE-16, LE-19 and SD-11 as far as they are about settings. */
class ConfigTimingRulesTest {
    @Test
    void le16_timingIsCheckedAsInCode() {
        assertThat(ConfigProblems.of(ConfigSource.properties("code", Map.of("kernel.leader.defaults.margin", "16s"))))
                .extracting(Problem::allowed)
                .containsExactly("margin must be less than lease PT15S, was PT16S");
    }

    @Test
    void le16_wholeTimingMayBeShorterThanProportionsAllow() {
        KernelConfig config = KernelConfig.of(Map.of(
                "kernel.leader.defaults.lease", "400ms",
                "kernel.leader.defaults.margin", "150ms",
                "kernel.leader.defaults.renew", "100ms",
                "kernel.leader.defaults.jitter", "0",
                "kernel.leader.defaults.attempt", "50ms",
                "kernel.leader.defaults.pause", "0s",
                "kernel.leader.defaults.poll-max", "100ms",
                "kernel.leader.defaults.forced-stop", "40ms"));

        assertThat(config.election("cron").timing().lease()).isEqualTo(Duration.ofMillis(400));
    }

    @Rule("LE-19")
    void le19_sharedStoreNeedsAnApplication() {
        assertThat(ConfigProblems.of(ConfigSource.properties("code", Map.of("kernel.redis.uri", "redis://h"))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kernel.application");
                    assertThat(problem.source()).isEqualTo("not set");
                    assertThat(problem.allowed()).contains("required by kernel.redis.uri", "[a-z][a-z0-9-]{0,62}");
                });
        assertThatThrownBy(() -> KernelConfig.defaults().requireApplication("the lease store"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.application")
                .hasMessageContaining("required by the lease store");
    }

    @Rule("LE-19")
    void le19_wireOfTheGoLibraryIsAChoice() {
        assertThat(KernelConfig.of(Map.of("kernel.redis.wire", "go")).redis().wire())
                .isEqualTo(KernelConfig.RedisWire.GO);
    }

    @Test
    void sd11_gracePeriodIsComparedWithTheSum() {
        KernelConfig.Shutdown shutdown = KernelConfig.defaults().shutdown();

        assertThat(shutdown.needed(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(30));
        assertThat(shutdown.gracePeriodWarning(Duration.ofSeconds(3))).isEmpty();
        assertThat(shutdown.gracePeriodWarning(Duration.ofMillis(3_500)).orElseThrow())
                .contains("PT30.5S", "budget PT25S", "host wait PT3.5S", "grace-period PT30S")
                .contains("terminationGracePeriodSeconds >= 31");
    }

    @Test
    void sd11_kubernetesWithoutDrainDelayIsOneWarning() {
        Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");

        assertThat(KernelConfig.read(ConfigSource.environment(pod)).warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning).startsWith("kernel.shutdown.drain-delay is not set"));
        assertThat(KernelConfig.read(
                                ConfigSource.environment(pod),
                                ConfigSource.properties("app.properties", Map.of("kernel.shutdown.drain-delay", "0s")))
                        .warnings())
                .isEmpty();
    }
}
