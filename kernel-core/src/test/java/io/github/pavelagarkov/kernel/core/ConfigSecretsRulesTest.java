package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CF-4: what a dump or message shows. */
class ConfigSecretsRulesTest {
    @Test
    void cf4_secretsAreInNoDump() {
        KernelConfig config = KernelConfig.of(Map.of(
                "kernel.application", "billing",
                "kernel.redis.uri", "rediss://cache.example:7000/3",
                "kernel.redis.username", "billing",
                "kernel.redis.password", "hunter2"));

        assertThat(config.redis().password()).contains(Secret.of("hunter2"));
        assertThat(config.redis().password().orElseThrow().reveal()).isEqualTo("hunter2");
        assertThat(config.toString()).doesNotContain("hunter2").contains("***");
        assertThat(config.settings()).contains(new Setting("kernel.redis.password", "***", "code"));
    }

    @Test
    void cf4_passwordInsideTheUriIsMasked() {
        KernelConfig config = KernelConfig.of(
                Map.of("kernel.application", "billing", "kernel.redis.uri", "redis://app:p%40ss+word@cache_1.example"));

        assertThat(config.redis().username()).contains("app");
        assertThat(config.redis().password()).contains(Secret.of("p@ss+word"));
        assertThat(config.redis().address().orElseThrow().uri()).isEqualTo("redis://cache_1.example:6379");
        assertThat(config.settings()).contains(new Setting("kernel.redis.uri", "redis://***@cache_1.example", "code"));
        assertThat(config.toString()).doesNotContain("p%40ss", "p@ss");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:hunter2@",
                "redis://user:hun/ter2@host",
                "redis://user:hunter2@x@host",
                "redis://user:hun@ter2@host",
                "redis://:hunter2%zz@host",
                "redis://hunter2@host",
                "redis://:271828",
                "redis://host:hunter2",
                "redis://host?password=hunter2",
                "redis://host/0#hunter2",
                "redis://:hunter2@host:99999",
                "http://user:hunter2@host",
                "user:hunter2@host",
                "redis://user:hunter2@[::1",
                "redis://u:x@[::1]:6379?hunter2",
            })
    void cf4_brokenUriShowsNoCredential(String uri) {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> KernelConfig.of(Map.of("kernel.application", "billing", "kernel.redis.uri", uri)));

        assertThat(thrown.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("kernel.redis.uri");
            assertThat(problem.allowed()).startsWith("must be ").contains("redis://");
        });
        assertThat(thrown).hasStackTraceContaining("kernel.redis.uri");
        assertThat(thrown.toString()).doesNotContain("hunter2", "ter2", "hun/", "271828");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:p@cache:7000/3,  redis://***@cache:7000/3",
        "redis://u:p@[::1]:7000,    redis://***@[::1]:7000",
        "redis://cache:7000,        redis://cache:7000",
        "redis://[::1]/2,           redis://[::1]/2"
    })
    void cf4_maskedUriStillShowsWhereItPoints(String uri, String shown) {
        assertThat(KernelConfig.of(Map.of("kernel.application", "billing", "kernel.redis.uri", uri))
                        .settings())
                .contains(new Setting("kernel.redis.uri", shown, "code"));
    }

    @Test
    void cf4_credentialsAreSaidOnce() {
        List<Problem> problems = ConfigProblems.of(
                ConfigSource.environment(Map.of("KERNEL_REDIS_PASSWORD", "hunter2")),
                ConfigSource.properties(
                        "app.properties",
                        Map.of("kernel.application", "billing", "kernel.redis.uri", "redis://:other@host")));

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly("kernel.redis.password = '***' (environment KERNEL_REDIS_PASSWORD):"
                        + " must not be set while kernel.redis.uri has credentials; say them once");
    }

    @Test
    void cf4_userNeedsAPassword() {
        assertThat(ConfigProblems.of(ConfigSource.properties("code", Map.of("kernel.redis.username", "billing"))))
                .extracting(Problem::allowed)
                .containsExactly("needs kernel.redis.password");
    }
}
