package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.choice;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.number;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.text;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The rows of {@link ConfigKeys} that are about pools of connections to PostgreSQL. */
final class PoolKeys {
    // Not from ConfigKeys, whose own initialisation needs the rows below.
    private static final PostgresPoolSettings DEFAULTS =
            PostgresPoolSettings.builder("jdbc:postgresql://localhost/").build();

    static final ConfigKey<List<String>> NAMES = new ConfigKey<>(
            "kernel.postgres.names",
            ValueType.LISTED,
            "none",
            "The pools of connections; in YAML the keys of the map. Needs com.zaxxer:HikariCP. Under the name `defaults`"
                    + " stand sizes and times that hold for all.");
    static final ConfigKey<PostgresUrl> URL = key(
            "url",
            ValueType.POSTGRES_URL,
            "kernel.postgres.url, with its username and password",
            "The server of the pool; a pool with a URL of its own takes no credentials from elsewhere.");
    static final ConfigKey<String> JNDI = key(
            "jndi",
            text("a name as jdbc/orders or java:comp/env/jdbc/orders", "(java:)?[A-Za-z0-9_./-]{1,200}"),
            "none",
            "The DataSource of the server that is the pool, in place of url; nothing else of it is set here.");
    static final ConfigKey<String> USERNAME = key(
            "username",
            text("1 to 200 characters", ".{1,200}"),
            "kernel.postgres.username, if the URL is kernel.postgres.url",
            "Role to log in with; a pool with a username of its own takes no password from elsewhere.");
    static final ConfigKey<Secret> PASSWORD = key(
            "password",
            ValueType.SECRET,
            "kernel.postgres.password, if URL and username are from there",
            "Password of the role.");
    static final ConfigKey<Integer> MAX_SIZE = key(
            "max-size",
            number(1, 10_000),
            Integer.toString(DEFAULTS.maxSize()),
            "How many connections there may be; of all replicas together fewer than the server's max_connections.");
    static final ConfigKey<Integer> MIN_IDLE = key(
            "min-idle",
            number(0, 10_000),
            "a quarter of max-size",
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
    static final ConfigKey<Duration> KEEPALIVE = time(
            "keepalive",
            Durations.text(DEFAULTS.keepalive()) + ", at most half of max-lifetime",
            "How often an unused connection is tried; at least 30s, less than max-lifetime.");
    static final ConfigKey<Duration> CONNECT_TIMEOUT = time(
            "connect-timeout",
            "kernel.postgres.connect-timeout",
            "How long opening one connection may take; counts in whole seconds, rounded up.");
    static final ConfigKey<Duration> ACQUIRE_TIMEOUT = time(
            "acquire-timeout",
            Durations.text(DEFAULTS.acquireTimeout()) + ", more if connect-timeout is longer than half of it",
            "How long a caller waits for a connection; at least 250ms, longer than connect-timeout.");
    static final ConfigKey<String> APPLICATION_NAME = key(
            "application-name",
            text("1 to 63 printable ASCII characters", "[ -~]{1,63}"),
            "what the URL says, else kernel.application, else the name of the pool",
            "What the server calls the connections in pg_stat_activity.");
    static final ConfigKey<PostgresPoolSettings.SslMode> SSL_MODE = key(
            "ssl-mode",
            choice(PostgresPoolSettings.SslMode.class),
            "what the URL says, else prefer",
            "How connections are encrypted.");

    /** Those that may be said once for all pools. */
    static final List<ConfigKey<?>> SIZES = List.of(
            MAX_SIZE,
            MIN_IDLE,
            IDLE_TIMEOUT,
            MAX_LIFETIME,
            KEEPALIVE,
            CONNECT_TIMEOUT,
            ACQUIRE_TIMEOUT,
            APPLICATION_NAME,
            SSL_MODE);

    static final List<ConfigKey<?>> ALL = Stream.concat(Stream.of(NAMES, URL, JNDI, USERNAME, PASSWORD), SIZES.stream())
            .toList();

    private PoolKeys() {}

    private static ConfigKey<Duration> time(String field, String fallback, String doc) {
        return key(field, ValueType.POSITIVE_DURATION, fallback, doc);
    }

    private static <T> ConfigKey<T> key(String field, ValueType<T> type, String fallback, String doc) {
        return new ConfigKey<>("kernel.postgres." + ConfigKey.NAME + "." + field, type, fallback, doc);
    }
}
