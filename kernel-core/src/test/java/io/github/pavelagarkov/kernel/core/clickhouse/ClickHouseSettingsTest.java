package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseUrl;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CH-6: what is accepted and what is said about the rest. */
final class ClickHouseSettingsTest {
    private static final String URL = "jdbc:clickhouse://db:8123/events";

    @ParameterizedTest
    @ValueSource(
            strings = {
                URL,
                "jdbc:clickhouse://db",
                "jdbc:clickhouse:http://db:8123/events",
                "jdbc:clickhouse:https://[::1]:8443/events?ssl_mode=STRICT&session_timeout=5",
            })
    void ch6_aUrlWithoutCredentialsIsTaken(String url) {
        assertThat(new ClickHouseUrl(url).text()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://db/events|***",
                "jdbc:clickhouse://me:s3cret@db/events|jdbc:clickhouse:***",
                "jdbc:clickhouse://db/events?password=s3cret|jdbc:clickhouse://db/events***",
                "jdbc:clickhouse://db/events?access_token=s3cret|jdbc:clickhouse://db/events***",
                "jdbc:clickhouse://db/ev ents|jdbc:clickhouse:***",
                "jdbc:clickhouse://writer:s3cret/events|jdbc:clickhouse:***",
                "jdbc:clickhouse://db/events?password:s3cret|jdbc:clickhouse://db/events***",
            })
    void ch6_aUrlWithCredentialsOrOfAnotherKindIsRefusedWithoutThem(String url, String shown) {
        assertThatThrownBy(() -> new ClickHouseUrl(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url must be " + ClickHouseUrl.FORM + ", was '" + shown + "'")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"socket_timeout", "compress", "max_open_connections", "client_retry_on_failures", "client_name"})
    void ch6_whatTheSettingsSayIsNotSaidInTheUrl(String parameter) {
        assertThatThrownBy(() -> ClickHouseSettings.builder(URL + "?" + parameter + "=1"))
                .hasMessageEndingWith(": the settings of the pool decide what its parameter " + parameter + " says");
    }

    @Test
    void ch6_defaults() {
        ClickHouseSettings settings =
                ClickHouseSettings.builder(URL).password(Secret.of("s3cret")).build();

        assertThat(settings)
                .hasToString("ClickHouseSettings[jdbc:clickhouse://db:8123/events, username=, password=***, maxSize=10,"
                        + " minIdle=1, idleTimeout=PT1M, maxLifetime=PT30M, connectTimeout=PT2S, acquireTimeout=PT5S,"
                        + " socketTimeout=PT30S, drainTimeout=PT30S, clientName=, compression=LZ4]");
        assertThat(settings.address()).isEqualTo("clickhouse://db:8123/events");
        assertThat(settings.url().database()).contains("events");
    }

    @Test
    void ch6_whatThePoolWouldReplaceInSilenceIsRefused() {
        assertThatThrownBy(() -> ClickHouseSettings.builder(URL)
                        .idleTimeout(Duration.ofSeconds(9))
                        .build())
                .hasMessage("idleTimeout must be at least PT10S, was PT9S");
        assertThatThrownBy(() -> ClickHouseSettings.builder(URL)
                        .maxLifetime(Duration.ofSeconds(29))
                        .build())
                .hasMessage("maxLifetime must be at least PT30S, was PT29S");
        assertThatThrownBy(() -> ClickHouseSettings.builder(URL)
                        .maxSize(2)
                        .minIdle(3)
                        .idleTimeout(Duration.ofSeconds(30))
                        .maxLifetime(Duration.ofSeconds(30))
                        .connectTimeout(Duration.ofSeconds(6))
                        .acquireTimeout(Duration.ofSeconds(5))
                        .build())
                .hasMessage("minIdle must be at most maxSize 2, was 3\n"
                        + "idleTimeout must be a second less than maxLifetime PT30S or shorter, was PT30S\n"
                        + "acquireTimeout must be longer than connectTimeout PT6S, was PT5S: nobody would wait until a"
                        + " connection is open");
    }

    @Test
    void ch5_aCallThatCannotBeTriedIsRefused() {
        assertThatThrownBy(() -> CallSpec.read().withAttempts(0)).hasMessageContaining("attempts");
        assertThatThrownBy(() -> CallSpec.read().withDeadline(Duration.ZERO)).hasMessageContaining("deadline");
    }
}
