package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.choice;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.number;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.text;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseUrl;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The rows of {@link ConfigKeys} that are about pools of connections to ClickHouse. */
final class ClickHouseKeys {
    // Not from ConfigKeys, whose own initialisation needs the rows below.
    private static final ClickHouseSettings DEFAULTS =
            ClickHouseSettings.builder("jdbc:clickhouse://localhost").build();

    static final ConfigKey<List<String>> NAMES = new ConfigKey<>(
            "kernel.clickhouse.names",
            ValueType.LISTED,
            "none",
            "The pools of connections; in YAML the keys of the map. Needs com.clickhouse:clickhouse-jdbc and"
                    + " com.zaxxer:HikariCP. Under the name `defaults` stand sizes and times that hold for all.");
    static final ConfigKey<ClickHouseUrl> URL =
            key("url", ValueType.CLICKHOUSE_URL, "required", "The server and its database, over HTTP.");
    static final ConfigKey<String> USERNAME = key(
            "username",
            text("1 to 200 characters", ".{1,200}"),
            "none, which the server takes for its user default",
            "User to log in as.");
    static final ConfigKey<Secret> PASSWORD = key("password", ValueType.SECRET, "none", "Password of the user.");
    static final ConfigKey<Integer> MAX_SIZE = key(
            "max-size",
            number(1, 1_000),
            Integer.toString(DEFAULTS.maxSize()),
            "How many connections there may be, each with one socket.");
    static final ConfigKey<Integer> MIN_IDLE = key(
            "min-idle",
            number(0, 1_000),
            Integer.toString(DEFAULTS.minIdle()),
            "How many unused connections are kept ready; at most max-size.");
    static final ConfigKey<Duration> IDLE_TIMEOUT = time(
            "idle-timeout",
            Durations.text(DEFAULTS.idleTimeout()) + ", at most half of max-lifetime",
            "After how long an unused connection above min-idle is closed; at least 10s, a second less than max-lifetime.");
    static final ConfigKey<Duration> MAX_LIFETIME = time(
            "max-lifetime",
            Durations.text(DEFAULTS.maxLifetime()),
            "After how long a connection is replaced once it is unused, up to 25 % sooner so that not all end at once; at"
                    + " least 30s.");
    static final ConfigKey<Duration> CONNECT_TIMEOUT = time(
            "connect-timeout",
            Durations.text(DEFAULTS.connectTimeout()),
            "How long opening a socket may take, and how long the answer to the first question on it; at most 10m.");
    static final ConfigKey<Duration> ACQUIRE_TIMEOUT = time(
            "acquire-timeout",
            Durations.text(DEFAULTS.acquireTimeout()) + ", more if connect-timeout is longer than half of it",
            "How long a caller waits for a connection; at least 250ms, longer than connect-timeout.");
    static final ConfigKey<Duration> SOCKET_TIMEOUT = time(
            "socket-timeout",
            Durations.text(DEFAULTS.socketTimeout()),
            "How long the server may be silent while a statement runs; 1s to 1d.");
    static final ConfigKey<Duration> DRAIN_TIMEOUT = time(
            "drain-timeout",
            Durations.text(DEFAULTS.drainTimeout()),
            "How long a connection that is lent out may go on after a reconnect has replaced it; at most 1d.");
    static final ConfigKey<String> CLIENT_NAME = key(
            "client-name",
            text("1 to 63 printable ASCII characters", "[ -~]{1,63}"),
            "kernel.application, else the name of the pool",
            "What the server calls the connections: http_user_agent in system.processes and system.query_log.");
    static final ConfigKey<ClickHouseSettings.Compression> COMPRESSION = key(
            "compression",
            choice(ClickHouseSettings.Compression.class),
            ValueType.word(DEFAULTS.compression()),
            "How what is sent and received is compressed.");

    /** Those that may be said once for all pools. */
    static final List<ConfigKey<?>> SIZES = List.of(
            MAX_SIZE,
            MIN_IDLE,
            IDLE_TIMEOUT,
            MAX_LIFETIME,
            CONNECT_TIMEOUT,
            ACQUIRE_TIMEOUT,
            SOCKET_TIMEOUT,
            DRAIN_TIMEOUT,
            CLIENT_NAME,
            COMPRESSION);

    static final List<ConfigKey<?>> ALL = Stream.concat(Stream.of(NAMES, URL, USERNAME, PASSWORD), SIZES.stream())
            .toList();

    private ClickHouseKeys() {}

    private static ConfigKey<Duration> time(String field, String fallback, String doc) {
        return key(field, ValueType.POSITIVE_DURATION, fallback, doc);
    }

    private static <T> ConfigKey<T> key(String field, ValueType<T> type, String fallback, String doc) {
        return new ConfigKey<>("kernel.clickhouse." + ConfigKey.NAME + "." + field, type, fallback, doc);
    }
}
