package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings.SslMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** PG-1 and CF-1 to CF-4 as far as they are about the settings of pools. */
final class ConfigPoolRulesTest {
    private static final String URL = "jdbc:postgresql://db/shop";

    /** {@return a configuration with these values, by keys without the {@code kernel.} in front} */
    private static KernelConfig config(String... values) {
        return KernelConfig.of(values(values));
    }

    private static List<Problem> problems(String... values) {
        return ConfigProblems.of(ConfigSource.properties("app", values(values)));
    }

    private static Map<String, String> values(String... values) {
        Map<String, String> all =
                new HashMap<>(Map.of("kernel.application", "shop", "kernel.postgres.names", "orders"));
        for (int i = 0; i < values.length; i += 2) {
            all.put("kernel." + values[i], values[i + 1]);
        }
        return all;
    }

    private static PostgresPoolSettings pool(KernelConfig.Postgres read, String name) {
        return Optional.ofNullable(read.pools().get(name)).orElseThrow();
    }

    private static PostgresPoolSettings orders(String... values) {
        return pool(config(values).postgres(), "orders");
    }

    @Test
    void pg1_defaultsAreThoseOfTheContract() {
        assertThat(orders("postgres.url", URL))
                .isEqualTo(new PostgresPoolSettings(
                        URL,
                        Optional.empty(),
                        Optional.empty(),
                        20,
                        5,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Optional.of("shop"),
                        Optional.empty()))
                .isEqualTo(PostgresPoolSettings.builder(URL)
                        .applicationName("shop")
                        .build());
        assertThat(KernelConfig.defaults().postgres().pools()).isEmpty();
    }

    @Test
    void pg1_everySettingIsRead() {
        PostgresPoolSettings pool = orders(
                "postgres.orders.url", URL,
                "postgres.orders.username", "writer",
                "postgres.orders.password", "s3cret",
                "postgres.orders.max-size", "30",
                "postgres.orders.min-idle", "3",
                "postgres.orders.idle-timeout", "11s",
                "postgres.orders.max-lifetime", "41s",
                "postgres.orders.keepalive", "31s",
                "postgres.orders.connect-timeout", "3s",
                "postgres.orders.acquire-timeout", "4s",
                "postgres.orders.application-name", "Orders of shop",
                "postgres.orders.ssl-mode", "verify-full");

        assertThat(pool)
                .isEqualTo(PostgresPoolSettings.builder(URL)
                        .username("writer")
                        .password(Secret.of("s3cret"))
                        .maxSize(30)
                        .minIdle(3)
                        .idleTimeout(Duration.ofSeconds(11))
                        .maxLifetime(Duration.ofSeconds(41))
                        .keepalive(Duration.ofSeconds(31))
                        .connectTimeout(Duration.ofSeconds(3))
                        .acquireTimeout(Duration.ofSeconds(4))
                        .applicationName("Orders of shop")
                        .sslMode(SslMode.VERIFY_FULL)
                        .build());
    }

    @Test
    void pg1_whatIsNotSetFollowsFromWhatIs() {
        PostgresPoolSettings pool = orders(
                "postgres.url", URL,
                "postgres.orders.max-size", "3",
                "postgres.orders.max-lifetime", "50s",
                "postgres.orders.connect-timeout", "10s");

        assertThat(pool.minIdle()).isZero();
        assertThat(pool.idleTimeout()).isEqualTo(Duration.ofSeconds(25));
        assertThat(pool.keepalive()).isEqualTo(Duration.ofSeconds(30));
        assertThat(pool.acquireTimeout()).isEqualTo(Duration.ofMillis(12_500));
    }

    @Test
    void cf1_whatHoldsForAllPoolsIsSaidOnce() {
        KernelConfig config = config(
                "postgres.names", "orders,audit",
                "postgres.url", URL,
                "postgres.connect-timeout", "3s",
                "postgres.defaults.max-size", "8",
                "postgres.defaults.application-name", "all",
                "postgres.audit.max-size", "2",
                "postgres.audit.connect-timeout", "1s");

        assertThat(pool(config.postgres(), "orders"))
                .isEqualTo(PostgresPoolSettings.builder(URL)
                        .maxSize(8)
                        .applicationName("all")
                        .connectTimeout(Duration.ofSeconds(3))
                        .build());
        assertThat(pool(config.postgres(), "audit"))
                .isEqualTo(PostgresPoolSettings.builder(URL)
                        .maxSize(2)
                        .applicationName("all")
                        .connectTimeout(Duration.ofSeconds(1))
                        .build());
    }

    @Test
    void cf1_theKeysOfAYamlMapAreThePoolsAndSettingsOfTheServerAreNone() {
        Map<String, Object> postgres = new LinkedHashMap<>();
        postgres.put("url", URL);
        postgres.put("username", null);
        postgres.put("leaseTable", "leases");
        postgres.put("defaults", Map.of("maxSize", 9));
        postgres.put("orders", null);
        postgres.put("audit", Map.of("minIdle", 1, "sslMode", "require"));

        KernelConfig.Postgres read = KernelConfig.read(
                        ConfigSource.yaml("service.yml", Map.of("application", "shop", "postgres", postgres)))
                .postgres();

        assertThat(read.pools()).containsOnlyKeys("audit", "orders");
        assertThat(pool(read, "orders").maxSize()).isEqualTo(9);
        assertThat(pool(read, "audit").minIdle()).isEqualTo(1);
        assertThat(pool(read, "audit").sslMode()).contains(SslMode.REQUIRE);
        assertThat(read.leaseTable()).isEqualTo("leases");
    }

    @Test
    void cf4_aPasswordGoesOnlyToTheServerItIsFor() {
        String[] shared = {
            "postgres.names", "orders,own,role,word",
            "postgres.url", URL,
            "postgres.username", "shop",
            "postgres.password", "s3cret",
            "postgres.own.url", "jdbc:postgresql://elsewhere/shop",
            "postgres.role.username", "reader",
            "postgres.word.password", "0ther"
        };

        KernelConfig config = config(shared);

        KernelConfig.Postgres pools = config.postgres();
        assertThat(pool(pools, "orders").username()).contains("shop");
        assertThat(pool(pools, "orders").password()).contains(Secret.of("s3cret"));
        assertThat(pool(pools, "own").username()).isEmpty();
        assertThat(pool(pools, "own").password()).isEmpty();
        assertThat(pool(pools, "role").username()).contains("reader");
        assertThat(pool(pools, "role").password()).isEmpty();
        assertThat(pool(pools, "word").username()).contains("shop");
        assertThat(pool(pools, "word").password()).contains(Secret.of("0ther"));
        assertThat(config.toString()).doesNotContain("s3cret", "0ther");
        assertThat(config.settings())
                .contains(
                        new Setting("kernel.postgres.orders.url", URL, "kernel.postgres.url"),
                        new Setting("kernel.postgres.orders.password", "***", "kernel.postgres.password"),
                        new Setting("kernel.postgres.own.password", "", "default"),
                        new Setting("kernel.postgres.word.password", "***", "code"),
                        new Setting("kernel.postgres.word.application-name", "shop", "kernel.application"),
                        new Setting("kernel.postgres.word.min-idle", "5", "default"))
                .noneMatch(setting -> setting.value().matches("s3cret|0ther"));
    }

    @Test
    void cf2_everyContradictionIsSaidAtOnceWithBothValues() {
        assertThat(problems(
                        "postgres.url", URL + "?sslmode=disable&ApplicationName=mine&connectTimeout=3",
                        "postgres.orders.max-size", "4",
                        "postgres.orders.min-idle", "5",
                        "postgres.orders.max-lifetime", "1m",
                        "postgres.orders.idle-timeout", "1m",
                        "postgres.orders.keepalive", "60s",
                        "postgres.orders.connect-timeout", "11m",
                        "postgres.orders.acquire-timeout", "2s",
                        "postgres.orders.ssl-mode", "require",
                        "postgres.orders.application-name", "ours"))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "kernel.postgres.orders.min-idle = '5' (app): minIdle must be at most maxSize 4, was 5",
                        "kernel.postgres.orders.idle-timeout = '1m' (app): idleTimeout must be a second less than"
                                + " maxLifetime PT1M or shorter, was PT1M",
                        "kernel.postgres.orders.keepalive = '60s' (app): keepalive must be less than maxLifetime PT1M,"
                                + " was PT1M",
                        "kernel.postgres.orders.connect-timeout = '11m' (app): connectTimeout must be at most PT10M, was"
                                + " PT11M",
                        "kernel.postgres.orders.acquire-timeout = '2s' (app): acquireTimeout must be longer than"
                                + " connectTimeout PT11M, was PT2S: nobody would wait until a connection is open",
                        "kernel.postgres.orders.connect-timeout = '11m' (app): connectTimeout is PT11M and the url says"
                                + " '3'; say it once, not in the url",
                        "kernel.postgres.orders.application-name = 'ours' (app): applicationName is 'ours' and the url"
                                + " says 'mine'; say it once, not in the url",
                        "kernel.postgres.orders.ssl-mode = 'require' (app): sslMode is REQUIRE and the url says"
                                + " 'disable'; say it once, not in the url");
    }

    @Test
    void pg1_whatHikariWouldReplaceIsRefused() {
        for (List<String> wrong : List.of(
                List.of("keepalive", "29s", "keepalive must be at least PT30S, was PT29S"),
                List.of("idle-timeout", "9s", "idleTimeout must be at least PT10S, was PT9S"),
                List.of("max-lifetime", "29s", "maxLifetime must be at least PT30S, was PT29S"),
                List.of("acquire-timeout", "249ms", "acquireTimeout must be at least PT0.25S, was PT0.249S"),
                List.of("connect-timeout", "250us", "connectTimeout must be at least PT0.001S, was PT0.00025S"))) {
            assertThat(problems("postgres.url", URL, "postgres.orders." + wrong.get(0), wrong.get(1)))
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.key()).isEqualTo("kernel.postgres.orders." + wrong.get(0));
                        assertThat(problem.allowed()).isEqualTo(wrong.get(2));
                    });
        }
        assertThat(problems("postgres.url", URL, "postgres.orders.max-lifetime", "30s"))
                .extracting(Problem::allowed)
                .containsExactly("keepalive must be less than maxLifetime PT30S, was PT30S");
    }

    @Test
    void cf2_problemsOfAllPoolsAreSaidAtOnceAlsoWithoutAServer() {
        assertThat(problems(
                        "postgres.names", "orders,audit",
                        "postgres.orders.max-size", "0",
                        "postgres.orders.ssl-mode", "on",
                        "postgres.audit.url", "jdbc:postgresql://me:s3cret@db/shop",
                        "postgres.audit.application-name", "\u00fcber",
                        "postgres.audit.max-sizes", "3",
                        "postgres.defaults.url", URL))
                .extracting(problem -> problem.key() + ": " + problem.allowed())
                .anyMatch(text -> text.startsWith("kernel.postgres.orders.url: must be jdbc:postgresql://")
                        && text.endsWith("here or for all pools as kernel.postgres.url"))
                .anyMatch(text -> text.startsWith("kernel.postgres.orders.max-size: must be a whole number"))
                .anyMatch(
                        text -> text.startsWith("kernel.postgres.orders.ssl-mode: must be disable or allow or prefer"))
                .anyMatch(text -> text.startsWith("kernel.postgres.audit.url: must be jdbc:postgresql://"))
                .anyMatch(text -> text.startsWith("kernel.postgres.audit.application-name: must be 1 to 63"))
                .anyMatch(text -> text.contains("did you mean kernel.postgres.audit.max-size?"))
                .anyMatch(text -> text.startsWith("kernel.postgres.defaults.url: unknown key"))
                .noneMatch(text -> text.contains("s3cret"))
                .hasSize(7);
    }

    @Test
    void pg1_settingsInCodeAreCheckedTheSameWay() {
        assertThatThrownBy(() -> PostgresPoolSettings.builder(URL)
                        .maxSize(2)
                        .minIdle(3)
                        .keepalive(Duration.ofHours(1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minIdle must be at most maxSize 2, was 3\n"
                        + "keepalive must be less than maxLifetime PT30M, was PT1H");
        assertThatThrownBy(() ->
                        PostgresPoolSettings.builder(URL + "?password=s3cret").build())
                .hasMessageContaining("url must be jdbc:postgresql://")
                .hasMessageNotContaining("s3cret");
    }
}
